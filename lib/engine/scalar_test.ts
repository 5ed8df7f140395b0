import { assertEquals, assertStrictEquals } from "@std/assert";
import { read, reciprocal, type Scalar, scalarTensor, scaled, startEngine, tf } from "./mod.ts";

const numberOf = async (scalar: Scalar): Promise<number> =>
  typeof scalar === "number" ? scalar : (await read(scalar))[0]!;

Deno.test("a number stays a number and a tensor a tensor of shape [], until a tensor is asked for", async () => {
  await startEngine("cpu");
  const tensor = tf.tensor([4], []);
  for (const [f, expected] of [[(x: Scalar) => scaled(x, 3), 12], [reciprocal, 0.25]] as const) {
    const [ofNumber, ofTensor] = [f(4), f(tensor)];
    assertEquals([typeof ofNumber, (ofTensor as tf.Tensor).shape], ["number", []]);
    assertEquals([await numberOf(ofNumber), await numberOf(ofTensor)], [expected, expected]);
  }
  assertStrictEquals(scalarTensor(tensor), tensor);
  const made = scalarTensor(4);
  assertEquals([made.shape, made.dtype, await numberOf(made)], [[], "float32", 4]);
});
