import { assertEquals, assertRejects } from "@std/assert";
import { normal, read, startEngine, tf } from "../engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { describeModel, gaussian, initialModelParameters, modelParameterShapes } from "../model/mod.ts";
import {
  adam,
  CheckpointError,
  decodeCheckpoint,
  encodeCheckpoint,
  initialAdamState,
  tensorsOf,
} from "./mod.ts";
import { HOLE, sealed } from "./checksum.ts";
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from "./safetensors.ts";

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
  return {
    bytes: await encodeCheckpoint({
      ...{ state, shapes, key: [7, -9], options: { beta: 0.2 }, engine: "wasm", scores: [1.5] },
    }),
    numbers,
  };
}

Deno.test("a checkpoint gives back state, key, options and scores exactly, and no scores as null", async () => {
  const { bytes, numbers } = await checkpoint();
  const { state, key: stored, options, engine, scores } = await decodeCheckpoint(bytes, "c", shapes);
  assertEquals([state.step, stored, options, engine, scores], [1, [7, -9], { beta: 0.2 }, "wasm", [1.5]]);
  const without = await encodeCheckpoint({ state, shapes, key: stored, options, engine });
  assertEquals((await decodeCheckpoint(without, "c", shapes)).scores, null);
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
  assertEquals([metadata["format"], metadata["step"], metadata["key"]], ["grae checkpoint 3", "1", "[7,-9]"]);
});

Deno.test("a checkpoint of other shapes, of another program or damaged is refused with what is wrong", async () => {
  const { bytes } = await checkpoint();
  const decode = (b: Uint8Array, expected = shapes) => () =>
    decodeCheckpoint(b, "run/c.safetensors", expected);
  const again = (named: NamedTensor[], metadata: Record<string, string>): Promise<Uint8Array> =>
    sealed(
      encodeSafetensors(named, {
        sha256: HOLE,
        ...metadata,
        ...("sha256" in metadata ? { sha256: HOLE } : {}),
      }),
    );
  await assertRejects(
    decode(bytes, modelParameterShapes(description(5))),
    CheckpointError,
    "run/c.safetensors: encoder.0.weight must be [3, 5], but it is [3, 4]",
  );
  await assertRejects(decode(bytes.subarray(0, 100)), CheckpointError, "run/c.safetensors: ");
  const { tensors, metadata } = decodeSafetensors(bytes, "c");
  const named = [...tensors].map(([name, t]) => ({ name, ...t }));
  await assertRejects(
    decode(await again(named.slice(1), metadata)),
    CheckpointError,
    "must hold the tensor encoder.0.weight, but does not",
  );
  const wrong = {
    format: ['"grae checkpoint 3"', "grae checkpoint 2"],
    step: ["a whole number from 0", "-1", "x", "", "1.5", "1 2"],
    key: ["two whole numbers in brackets", "[1]", "{", "[1,2,3]", "x[1,2]", "[1,2]x"],
    options: ["JSON", "{", ""],
    scores: ["JSON", "[", ""],
    engine: ["the name of an engine", ""],
  };
  for (const [field, [required, ...values]] of Object.entries(wrong)) {
    const { [field]: _, ...others } = metadata;
    const given = [
      ["is missing", others] as const,
      ...values.map((value) => [`is ${JSON.stringify(value)}`, { ...metadata, [field]: value }] as const),
    ];
    for (const [found, changed] of given) {
      const { message } = await assertRejects(decode(await again(named, changed)), CheckpointError);
      const said = `run/c.safetensors: the metadata "${field}" must be ${required}, but it ${found}`;
      assertEquals(message, said);
    }
  }
});

/** Pseudo-random whole numbers below `most`, the same in every run. */
function* below(most: number): Generator<number, never> {
  for (let x = 1;;) {
    x = Math.imul(x, 1664525) + 1013904223 >>> 0;
    yield x % most;
  }
}

Deno.test("a checkpoint with a flipped bit, a zeroed page or other metadata is refused in one line", async () => {
  const { bytes } = await checkpoint();
  const header = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  const ofText = (changed: string): Uint8Array => Uint8Array.from(changed, (c) => c.charCodeAt(0));
  const flipped = below(8 * bytes.length);
  const damages: Record<string, Uint8Array> = {
    "a zeroed page": bytes.slice().fill(0, header, header + 64),
    "a moment of 1e30": bytes.slice(),
    "step 0": ofText(text.replace('"step":"1"', '"step":"0"')),
    "another key": ofText(text.replace('"key":"[7,-9]"', '"key":"[7,-8]"')),
    "another option": ofText(text.replace("0.2", "0.3")),
    "another engine": ofText(text.replace('"engine":"wasm"', '"engine":"cpus"')),
  };
  new DataView(damages["a moment of 1e30"]!.buffer).setFloat32(bytes.length - 4, 1e30, true);
  for (let i = 0; i < 60; i++) {
    const bit = flipped.next().value;
    const damaged = bytes.slice();
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    damages[`bit ${bit}`] = damaged;
  }
  for (const [damage, damaged] of Object.entries(damages)) {
    assertEquals(damaged.length, bytes.length, damage);
    const { message } = await assertRejects(
      () => decodeCheckpoint(damaged, "run/c.safetensors", shapes),
      CheckpointError,
      undefined,
      damage,
    );
    assertEquals(message.split("\n").length, 1);
    assertEquals(message.startsWith("run/c.safetensors: "), true, message);
  }
});

Deno.test("a checkpoint without a checksum is refused with how to go on", async () => {
  const { tensors, metadata: { sha256: _, ...metadata } } = decodeSafetensors(
    (await checkpoint()).bytes,
    "c",
  );
  const old = encodeSafetensors([...tensors].map(([name, t]) => ({ name, ...t })), metadata);
  await assertRejects(
    () => decodeCheckpoint(old, "run/c.safetensors", shapes),
    CheckpointError,
    'run/c.safetensors: it must state its SHA-256 ("sha256"), but states none: it is damaged, or of a version without ' +
      "checksums; put back a copy of it, or begin the run anew",
  );
});
