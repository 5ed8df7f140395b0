import { assertEquals, assertRejects } from "@std/assert";
import { key, normal, read, startEngine, tf } from "../engine/mod.ts";
import { describeModel, gaussian, initialModelParameters, modelParameterShapes } from "../model/mod.ts";
import {
  adam,
  CheckpointError,
  decodeCheckpoint,
  encodeCheckpoint,
  initialAdamState,
  tensorsOf,
} from "./mod.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

const description = (hidden: number) =>
  describeModel({
    data: 3,
    latent: 2,
    hidden: [hidden],
    activation: "relu",
    likelihood: gaussian(),
    family: null,
  });
const shapes = modelParameterShapes(description(4));
await startEngine("wasm");

async function checkpoint(): Promise<{ bytes: Uint8Array; numbers: number[][] }> {
  const start = initialAdamState(initialModelParameters(description(4), key(1)));
  const state = adam(start, start.parameters.map((p, i) => tf.tensor(normal(key(i), p.size), p.shape)), 0.1);
  const numbers = await Promise.all(tensorsOf(state).map(async (t) => [...await read(t)]));
  return { bytes: await encodeCheckpoint({ state, shapes, key: [7, -9], options: { beta: 0.2 } }), numbers };
}

Deno.test("a checkpoint gives back state, key and options exactly", async () => {
  const { bytes, numbers } = await checkpoint();
  const { state, key: stored, options } = decodeCheckpoint(bytes, "c", shapes);
  assertEquals([state.step, stored, options], [1, [7, -9], { beta: 0.2 }]);
  assertEquals(await Promise.all(tensorsOf(state).map(async (t) => [...await read(t)])), numbers);
  assertEquals(state.parameters.map((p) => p.shape), shapes.map(({ shape }) => [...shape]));
});

Deno.test("a checkpoint names its tensors, for readers in other languages", async () => {
  const { tensors, metadata } = decodeSafetensors((await checkpoint()).bytes, "c");
  assertEquals([...tensors.keys()].filter((name) => name.includes("encoder.0")), [
    "encoder.0.weight",
    "encoder.0.bias",
    "adam.first.encoder.0.weight",
    "adam.first.encoder.0.bias",
    "adam.second.encoder.0.weight",
    "adam.second.encoder.0.bias",
  ]);
  assertEquals([metadata["format"], metadata["step"], metadata["key"]], ["grae checkpoint 1", "1", "[7,-9]"]);
});

Deno.test("a checkpoint of other shapes, of another program or damaged is refused with what is wrong", async () => {
  const { bytes } = await checkpoint();
  const decode = (b: Uint8Array, of = shapes) => () =>
    Promise.resolve().then(() => decodeCheckpoint(b, "run/c.safetensors", of));
  await assertRejects(
    decode(bytes, modelParameterShapes(description(5))),
    CheckpointError,
    "run/c.safetensors: encoder.0.weight must be [3, 5], but it is [3, 4]",
  );
  await assertRejects(decode(bytes.subarray(0, 100)), CheckpointError, "run/c.safetensors: ");
  const { tensors, metadata } = decodeSafetensors(bytes, "c");
  const named = [...tensors].map(([name, t]) => ({ name, ...t }));
  await assertRejects(
    decode(encodeSafetensors(named, {})),
    CheckpointError,
    'the metadata "format" must be "grae checkpoint 1", but it is missing',
  );
  await assertRejects(
    decode(encodeSafetensors(named.slice(1), metadata)),
    CheckpointError,
    "must hold the tensor encoder.0.weight, but does not",
  );
  for (
    const [field, value] of [["step", "-1"], ["step", "x"], ["key", "[1]"], ["key", "{"], [
      "options",
      "{",
    ]] as const
  ) {
    await assertRejects(
      decode(encodeSafetensors(named, { ...metadata, [field]: value })),
      CheckpointError,
      `the metadata "${field}" must be`,
    );
  }
});
