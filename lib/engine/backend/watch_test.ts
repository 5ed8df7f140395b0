import { assertEquals, assertThrows } from "@std/assert";
import { defineKernel, startEngine, tf } from "../mod.ts";
import { withGradient } from "./gradient.ts";
import { watchKernels } from "./watch.ts";

/** A kernel that calls others on every engine but wasm. */
const composed = defineKernel<Record<never, never>>({
  name: "TestComposed",
  shapes: ([a]) => [[...a!]],
  onHeap: (heap, [a], [out], _, [[size]]) => heap.view(out, size).set(heap.view(a, size)),
  compose: ([a]) => [tf.neg(tf.neg(a!))],
});
/** An operation whose gradient is given by hand, of two kernels. */
const byHand = (x: tf.Tensor): tf.Tensor =>
  withGradient([x], () => [tf.mul(tf.square(x), x)], ([dy]) => [() => dy!])[0]!;

/** Functions, and the kernels of which a watch is told. */
const CALLS: readonly (readonly [(x: tf.Tensor) => unknown, readonly string[]])[] = [
  [(x) => tf.exp(tf.neg(x)), ["Neg", "Exp"]],
  [(x) => tf.neg(composed([x], {})[0]!), ["TestComposed", "Neg"]],
  [(x) => tf.neg(byHand(x)), ["customGrad", "Neg"]],
  [(x) => byHand(composed([x], {})[0]!), ["TestComposed", "customGrad"]],
  [(x) => withGradient([x], () => [byHand(x)], ([dy]) => [() => dy!]), ["customGrad"]],
];

/** The kernels of which a watch of f is told. */
function told(f: () => unknown, onCall: () => void = () => {}): string[] {
  const names: string[] = [];
  watchKernels(f, ({ name }) => (names.push(name), onCall()));
  return names;
}

for (const engine of ["wasm", "cpu"] as const) {
  Deno.test(`a watch is told of the kernels that a function calls, not of those within them (${engine})`, async () => {
    await startEngine(engine);
    tf.tidy(() => {
      const x = tf.tensor([1, 2]);
      for (const [f, names] of CALLS) assertEquals(told(() => f(x)), names);
      // Within an operation by hand, too: what counts is where the watch began.
      withGradient([x], () => {
        for (const [f, names] of CALLS) assertEquals(told(() => f(x)), names);
        return [tf.neg(x)];
      }, ([dy]) => [() => dy!]);
    });
  });
}

Deno.test("of what is called where a watch is told, the watch around it is told alone; and none after its end", async () => {
  await startEngine("wasm");
  tf.tidy(() => {
    const x = tf.tensor([1, 2]);
    let inner: string[] = [];
    const outer = told(() => inner = told(() => tf.exp(x), () => void tf.square(x)));
    assertEquals([inner, outer], [["Exp"], ["Exp", "Square"]]);
    const names: string[] = [];
    const stop = new Error("stop");
    const throws = (): void =>
      watchKernels(() => {
        tf.neg(x);
        throw stop;
      }, ({ name }) => names.push(name));
    assertEquals(assertThrows(throws), stop);
    tf.exp(x);
    assertEquals(names, ["Neg"]);
  });
});
