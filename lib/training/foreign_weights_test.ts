import { assert, assertEquals, assertThrows } from "@std/assert";
import expected from "../../fixtures/foreign/torch_vae.json" with { type: "json" };
import { ROOT } from "../../fixtures/temporary_folder.ts";
import { read, startEngine, tf } from "../engine/mod.ts";
import { bindModel, describeModel, family, gaussian, klToPrior } from "../model/mod.ts";
import { CheckpointError } from "./checkpoint_error.ts";
import { type ForeignNames, foreignParameters } from "./foreign_weights.ts";
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from "./safetensors.ts";

const mayRead = Deno.permissions.querySync({ name: "read", path: ROOT }).state === "granted";
const onDisk = { ignore: !mayRead };
const because = mayRead ? "" : " (ignored: needs --allow-read=.)";
const path = `${ROOT}/fixtures/foreign/torch_vae.safetensors`;

const description = describeModel({
  data: 6,
  latent: 2,
  hidden: [8],
  activation: "tanh",
  likelihood: gaussian(),
  family: family("mean-field", 2),
});
const names: ForeignNames = {
  encoder: ["encoder.0", { mean: "fc_mu", spread: "fc_var" }],
  decoder: ["decoder.0", "decoder.2"],
};

/** What a model of these parameters gives for the fixture's x is what PyTorch gives. */
async function assertAsPyTorch(parameters: readonly tf.Tensor[]): Promise<void> {
  const x = tf.tensor(expected.x);
  const model = bindModel(description, parameters);
  const q = model.posterior(x);
  const { mean } = model.encode(x);
  const gram = tf.abs(model.decoder.gram(mean));
  const found = { mean, decoded: model.decoder.apply(mean), kl: klToPrior(q), gram };
  for (const [name, tensor] of Object.entries(found)) {
    const values = (Reflect.get(expected, name) as number[]).flat(2), own = await read(tensor);
    assertEquals(own.length, values.length, name);
    values.forEach((value, i) =>
      assert(Math.abs(own[i]! - value) < 1e-5 * (1 + Math.abs(value)), `${name} [${i}]: ${own[i]}, ${value}`)
    );
  }
}

Deno.test({
  ...onDisk,
  name: `a VAE of PyTorch, in F64, F32, F16 and BF16, gives what it gives in PyTorch${because}`,
  fn: async () => {
    await startEngine("wasm");
    await assertAsPyTorch(foreignParameters(Deno.readFileSync(path), path, description, { names }));
  },
});

/** The fixture's tensors as float32, changed. */
function rewritten(change: (tensor: NamedTensor) => NamedTensor | null): Uint8Array {
  const { tensors } = decodeSafetensors(Deno.readFileSync(path), path, { convert: true });
  const all = [...tensors].map(([name, tensor]) => change({ name, ...tensor }));
  return encodeSafetensors(all.filter((tensor) => tensor !== null), {});
}

const transposed = ({ name, shape, values }: NamedTensor): NamedTensor => {
  const [rows, columns] = shape;
  if (columns === undefined) return { name: name.replace(/weight$/, "kernel"), shape, values };
  return {
    name: name.replace(/weight$/, "kernel"),
    shape: [columns, rows!],
    values: values.map((_, at) => values[(at % rows!) * columns + Math.floor(at / rows!)]!),
  };
};

Deno.test({
  ...onDisk,
  name: `the same with kernels [in, out], as JAX and Keras have them, and with log σ for log σ²${because}`,
  fn: async () => {
    await startEngine("wasm");
    const half = (tensor: NamedTensor): NamedTensor =>
      tensor.name.startsWith("fc_var")
        ? { ...tensor, values: tensor.values.map((value) => value / 2) }
        : tensor;
    const bytes = rewritten((tensor) => transposed(half(tensor)));
    await assertAsPyTorch(
      foreignParameters(bytes, "jax.safetensors", description, { names, layout: "in, out", spread: "log σ" }),
    );
  },
});

Deno.test({
  ...onDisk,
  name: `one last layer for the mean and the spread${because}`,
  fn: async () => {
    await startEngine("wasm");
    const { tensors } = decodeSafetensors(Deno.readFileSync(path), path, { convert: true });
    const join = (part: string): NamedTensor => {
      const [mean, spread] = ["fc_mu", "fc_var"].map((head) => tensors.get(`${head}.${part}`)!);
      const values = Float32Array.of(...mean!.values, ...spread!.values);
      return { name: `heads.${part}`, shape: [4, ...mean!.shape.slice(1)], values };
    };
    const bytes = encodeSafetensors(
      [
        ...[...tensors].filter(([name]) => !name.startsWith("fc_")).map(([name, tensor]) => ({
          name,
          ...tensor,
        })),
        join("weight"),
        join("bias"),
      ],
      {},
    );
    const joined = { ...names, encoder: ["encoder.0", "heads"] };
    await assertAsPyTorch(foreignParameters(bytes, "joined.safetensors", description, { names: joined }));
  },
});

Deno.test({
  ...onDisk,
  name: `what a foreign checkpoint lacks, has otherwise or has too much is said in a line${because}`,
  fn: () => {
    const refused = (bytes: Uint8Array, says: string, more: Partial<ForeignNames> = {}): void => {
      assertThrows(
        () => foreignParameters(bytes, "w.safetensors", description, { names: { ...names, ...more } }),
        CheckpointError,
        says,
      );
    };
    const all = Deno.readFileSync(path);
    refused(
      rewritten((tensor) => (tensor.name === "fc_mu.bias" ? null : tensor)),
      "must hold fc_mu.bias; it holds decoder.0.bias, decoder.0.weight, ",
    );
    refused(all, "must hold fc_logvar.weight or fc_logvar.kernel; it holds ", {
      encoder: ["encoder.0", { mean: "fc_mu", spread: "fc_logvar" }],
    });
    refused(
      rewritten(transposed),
      'encoder.0.kernel must be [8, 6] (out, in), but is [6, 8]: give layout "in, out"',
    );
    refused(
      rewritten((
        tensor,
      ) => (tensor.name === "fc_mu.bias" ? { ...tensor, shape: [3], values: new Float32Array(3) } : tensor)),
      "fc_mu.bias must be [2], but is [3]",
    );
    refused(
      encodeSafetensors([
        ...[...decodeSafetensors(all, path, { convert: true }).tensors].map(([name, tensor]) => ({
          name,
          ...tensor,
        })),
        { name: "norm.running_mean", shape: [1], values: new Float32Array(1) },
      ], {}),
      "holds norm.running_mean, which no layer takes: a model with it is another; name it in ignored if it is not",
    );
    assertThrows(
      () => foreignParameters(all, path, description, { names: { ...names, decoder: ["decoder.0"] } }),
      RangeError,
      "foreignParameters: names.decoder must name 2 layers, but names 1",
    );
    const full = { ...description, family: family("full", 2) };
    assertThrows(
      () => foreignParameters(all, path, full, { names }),
      RangeError,
      "foreignParameters: the model's family must be mean-field, or null, but is full",
    );
  },
});

/** A file of one tensor of a type, from its bytes. */
function fileOf(dtype: string, bytes: Uint8Array, count: number): Uint8Array {
  const header = JSON.stringify({ w: { dtype, shape: [count], data_offsets: [0, bytes.length] } });
  const padded = new TextEncoder().encode(header.padEnd(8 * Math.ceil(header.length / 8)));
  const whole = new Uint8Array(8 + padded.length + bytes.length);
  new DataView(whole.buffer).setBigUint64(0, BigInt(padded.length), true);
  whole.set(padded, 8);
  whole.set(bytes, 8 + padded.length);
  return whole;
}

Deno.test("F16, BF16 and F64 are read as float32, bit for bit where they can be", () => {
  const values = (
    dtype: string,
    bytes: Uint8Array,
    count: number,
  ): number[] => [
    ...decodeSafetensors(fileOf(dtype, bytes, count), "w", { convert: true }).tensors.get("w")!.values,
  ];
  const halves = Uint16Array.of(0x0000, 0x8000, 0x3c00, 0xc000, 0x0001, 0x03ff, 0x7bff, 0x7c00, 0xfc00);
  assertEquals(values("F16", new Uint8Array(halves.buffer), 9), [
    0,
    -0,
    1,
    -2,
    2 ** -24,
    1023 * 2 ** -24,
    65504,
    Infinity,
    -Infinity,
  ]);
  assert(Number.isNaN(values("F16", Uint8Array.of(1, 0x7e), 1)[0]));
  const brains = Uint16Array.of(0x3f80, 0xc000, 0x0001, 0x7f7f, 0x7f80);
  assertEquals(values("BF16", new Uint8Array(brains.buffer), 5), [
    1,
    -2,
    2 ** -133,
    Math.fround(3.3895313892515355e38),
    Infinity,
  ]);
  const doubles = Float64Array.of(1 / 3, -1e300, 5e-324, 2 ** -149);
  assertThrows(
    () => values("F64", new Uint8Array(doubles.buffer), 4),
    CheckpointError,
    'tensor "w" has -1e+300 at 1, which float32 cannot hold',
  );
  assertEquals(values("F64", new Uint8Array(Float64Array.of(1 / 3, 5e-324).buffer), 2), [
    Math.fround(1 / 3),
    0,
  ]);
  assertThrows(
    () => values("I64", new Uint8Array(8), 1),
    CheckpointError,
    'tensor "w" must have dtype "F32", "F64", "F16" or "BF16", but it has "I64"',
  );
});
