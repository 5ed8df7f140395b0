import { assertEquals, assertThrows } from "@std/assert";
import { EngineError } from "../mod.ts";
import { assertAllocates, withSharedMemory } from "./wasm.ts";

/** A WebAssembly module of these sections. */
const moduleOf = (...sections: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);
/** A section of no meaning, whose length takes two bytes. */
const custom = [0, 0x82, 1, 1, 0x6e, ...Array(128).fill(5)];
/** A memory of one page, and of at most two or without end. */
const [most, endless] = [[5, 4, 1, 1, 1, 2], [5, 3, 1, 0, 1]] as const;

Deno.test("a module's memory becomes one that can be shared, and nothing else of it changes", () => {
  for (const before of [[], [custom], [custom, custom]]) {
    const given = moduleOf(...before, most, custom), at = given.length - custom.length - most.length + 3;
    const made = withSharedMemory(given.slice());
    assertEquals([...made.entries()].filter(([i, byte]) => byte !== given[i]), [[at, 3]]);
    assertEquals(WebAssembly.validate(made), true);
  }
});

Deno.test("a module without a memory that has a maximum is refused", () => {
  for (const sections of [[], [custom], [custom, endless], [endless, custom]]) {
    assertEquals(WebAssembly.validate(moduleOf(...sections)), true);
    const { message } = assertThrows(() => withSharedMemory(moduleOf(...sections)), EngineError);
    assertEquals(
      message,
      "wasm engine: tfjs's module has no memory with a maximum, so it cannot be shared",
    );
  }
});

Deno.test("a module without an export that is used is refused by the names of all that are missing", () => {
  const functions = ["malloc", "free", "stackSave", "stackRestore", "__errno_location"];
  const memory = new WebAssembly.Memory({ initial: 1 });
  const exportsOf = (...names: readonly string[]): WebAssembly.Exports =>
    Object.fromEntries(names.map((name) => [name, name === "memory" ? memory : () => 0]));
  assertAllocates(exportsOf(...functions, "memory"));
  const all = [...functions, "memory"];
  for (const missing of [all, ["free", "memory"], ...all.map((name) => [name])]) {
    const given = exportsOf(...all.filter((name) => !missing.includes(name)));
    for (const wrong of [{}, Object.fromEntries(missing.map((name) => [name, 1]))]) {
      const { message } = assertThrows(
        () => assertAllocates({ ...given, ...wrong } as WebAssembly.Exports),
        EngineError,
      );
      assertEquals(message, `wasm engine: tfjs's module must export ${missing.join(", ")}, but does not`);
    }
  }
});
