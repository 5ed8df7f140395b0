import { assertEquals, assertThrows } from "@std/assert";
import { assertShape, type Axes } from "./shape.ts";
import * as tfjs from "@tensorflow/tfjs-core";
import { startEngine } from "./start.ts";

Deno.test("a shape binds axis names, across arguments", () => {
  const axes: Axes = new Map();
  assertShape("grae", "x", { shape: [4, 3] }, "batch data", axes);
  assertShape("grae", "h", { shape: [4, 2] }, "batch latent", axes);
  assertEquals([...axes], [["batch", 4], ["data", 3], ["latent", 2]]);
});

Deno.test("a wrong size names the function, the argument, the axis, what is required and what came", () => {
  const axes: Axes = new Map([["batch", 4]]);
  assertThrows(
    () => assertShape("graeLoss", "x", { shape: [5, 3] }, "batch data", axes),
    TypeError,
    'graeLoss: x must be [batch, data] with batch = 4, but its shape is [5, 3] (axis "batch" is 5)',
  );
});

Deno.test("a wrong rank says so, and a number in the pattern is a required size", () => {
  assertThrows(
    () => assertShape("solve", "A", { shape: [2] }, "batch n n"),
    TypeError,
    "solve: A must be [batch, n, n], but its shape is [2] (1 axis instead of 3)",
  );
  assertThrows(
    () => assertShape("solve", "A", { shape: [1, 2, 3] }, "batch n n"),
    TypeError,
    'axis "n" is 3',
  );
  assertThrows(
    () => assertShape("f", "A", { shape: [1, 2] }, "batch 3"),
    TypeError,
    "axis 1 is 2 instead of 3",
  );
});

Deno.test("an axis of no size is refused: there is nothing to compute, and engines differ in what they make of it", () => {
  assertThrows(
    () => assertShape("solve", "A", { shape: [0, 2] }, "batch n"),
    TypeError,
    'solve: A must be [batch, n], but its shape is [0, 2] (axis "batch" is 0)',
  );
  assertThrows(() => assertShape("solve", "A", { shape: [2, 0] }, "batch n"), TypeError, 'axis "n" is 0');
});

Deno.test("a tensor of another copy of tfjs is named, and what to do", async () => {
  await startEngine("cpu");
  // What an engine of another copy has made: ours has never heard of its numbers.
  const theirs = new tfjs.Tensor([2, 3], "float32", {}, 0);
  assertThrows(
    () => assertShape("graeLoss", "x", theirs, "batch data"),
    TypeError,
    `graeLoss: x must be a tensor of this library's tfjs, ${tfjs.version_core}, but another copy of tfjs made it; import tf from`,
  );
  assertShape("graeLoss", "x", tfjs.zeros([2, 3]), "batch data");
});

Deno.test("a tensor that was disposed of is refused as such, not as one of another copy of tfjs", async () => {
  await startEngine("cpu");
  const x = tfjs.zeros([2, 3]);
  assertShape("f", "x", x, "batch data");
  x.dispose();
  assertThrows(
    () => assertShape("f", "x", x, "batch data"),
    TypeError,
    "f: x must be a tensor with numbers, but it was disposed of; keep it until its last use",
  );
});
