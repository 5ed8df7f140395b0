import { assertEquals, assertThrows } from "@std/assert";
import { EngineError, startEngine, tf } from "../mod.ts";

// The engine is one for all tests of this file: they stand in the order of a program.

Deno.test("a tensor before startEngine is refused in one line that says what to write", () => {
  for (const make of [() => tf.tensor([1, 2]), () => tf.zeros([2]), () => tf.eye(2)]) {
    assertThrows(
      make,
      EngineError,
      "making or using a tensor: a running engine is required, but no engine was started; " +
        'write await startEngine("auto") before the first tensor',
    );
  }
});

Deno.test("a tensor before the engine has started is refused, and made after it", async () => {
  const starting = startEngine("wasm");
  assertThrows(() => tf.tensor([1, 2]), EngineError, "write await");
  await starting;
  assertEquals([...tf.tensor([1, 2]).dataSync()], [1, 2]);
});
