/**
 * Stock tfjs as an implementation: as published, on its wasm engine. Imports nothing of the library's computing.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-layers"; // registers tfjs's gradients
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import bytes from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm" with { type: "bytes" };
import { versions } from "../tools/versions.ts";
import { decodeProblem, type Values } from "./problem.ts";
import type { Prepare } from "./protocol.ts";
import { type Prepared, serve } from "./serve.ts";
import { type Layers, stockLoss } from "./stock_losses.ts";
import type { Workload } from "./workload.ts";

const url = URL.createObjectURL(new Blob([bytes], { type: "application/wasm" }));
setWasmPaths({
  "tfjs-backend-wasm.wasm": url,
  "tfjs-backend-wasm-simd.wasm": url,
  "tfjs-backend-wasm-threaded-simd.wasm": url,
}, true);
await tf.setBackend("wasm");

async function prepare({ objective, shape, file }: Prepare): Promise<Prepared> {
  const { batch, latent, learningRate } = shape;
  if (shape.network !== "dense") {
    // tf.grad fails without it, several calls later.
    const missing = tf.getKernel("Conv2DBackpropFilter", "wasm")
      ? "is not written here"
      : "has no Conv2DBackpropFilter";
    throw new Error(`conv64 on tfjs's wasm engine ${missing}`);
  }
  const problem = decodeProblem(await Deno.readFile(file), shape, objective);
  const tensor = ({ values, shape }: Values): tf.Tensor => tf.tensor(values, [...shape]);
  const variables = problem.parameters.map((values) => tf.variable(tensor(values)));
  const layers: Layers = Array.from(
    { length: variables.length / 2 },
    (_, i) => [variables[2 * i]! as unknown as tf.Tensor2D, variables[2 * i + 1]!],
  );
  const x = tensor(problem.x);
  const noise = tensor(problem.noise);
  const columns = tf.cast(tensor(problem.columns), "int32");
  const loss = stockLoss(
    objective as Workload,
    shape,
    layers.slice(0, layers.length / 2),
    layers.slice(layers.length / 2),
    x,
  );
  const adam = tf.train.adam(learningRate, 0.9, 0.999, 1e-8);
  const make = async (value: () => tf.Scalar): Promise<number> => {
    const scalar = adam.minimize(value, true, variables)!;
    const number = (await scalar.data())[0]!;
    scalar.dispose();
    return number;
  };
  const losses: number[] = [];
  for (let i = 0; i < 4; i++) losses.push(await make(() => loss(noise, columns)));
  return {
    losses,
    step: async () => {
      await make(() => loss(tf.randomNormal([batch, latent]), tf.randomUniform([batch], 0, latent, "int32")));
    },
    forget: () => tf.dispose([...variables, x, noise, columns]),
  };
}

const factors = new Map<number, tf.Tensor2D>();

async function product(size: number): Promise<void> {
  const factor = factors.get(size) ?? tf.ones<tf.Rank.R2>([size, size]);
  factors.set(size, factor);
  const result = tf.matMul(factor, factor);
  const corner = tf.slice(result, [0, 0], [1, 1]);
  await corner.data();
  tf.dispose([result, corner]);
}

const { tfjs, deno } = versions();
await serve(
  { versions: { tfjs: tfjs!, deno: deno! }, threads: 1, blas: "tfjs wasm, SIMD (XNNPACK)" },
  { prepare, product },
);
Deno.exit(0);
