/**
 * The matrix product of the wasm engine, replaced: through BLAS on the wasm heap where one is open, else by
 * tfjs's own kernel in its only fast case.
 *
 * tfjs's wasm kernel is fast for A·B alone; with either side transposed it falls to a scalar loop (measured on
 * 128 × 784 × 500: 4.1 ms plain, 58 ms with Aᵀ), and every backward pass transposes. Transposing first costs
 * 0.3 ms.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { Blas } from "./blas.ts";
import { type WasmMemory, wasmMemory } from "./wasm.ts";

type MatMulArguments = Parameters<tf.KernelFunc>[0];

/** Which product the wasm engine uses from now on: BLAS, or (null) tfjs's kernel with transposition first. */
export type ProductRoute = { blas: Blas | null };

/** Replaces the wasm engine's `BatchMatMul`. The route is read at every call. */
export function installProduct(route: ProductRoute): void {
  const original = tf.getKernel("BatchMatMul", "wasm");
  tf.unregisterKernel("BatchMatMul", "wasm");
  tf.registerKernel({
    ...original,
    kernelFunc: (given) =>
      route.blas ? blasProduct(given, route.blas) : untransposedProduct(given, original.kernelFunc),
  });
}

/** Batch sizes and the sizes of op(A) `[m, k]` and op(B) `[k, n]`. */
function sizes({ inputs, attrs }: MatMulArguments): {
  m: number;
  k: number;
  n: number;
  batchA: number;
  batchB: number;
  batchShape: number[];
} {
  const a = inputs["a"]!.shape;
  const b = inputs["b"]!.shape;
  const [aRows, aColumns] = [a.at(-2)!, a.at(-1)!];
  const [bRows, bColumns] = [b.at(-2)!, b.at(-1)!];
  return {
    m: attrs!["transposeA"] ? aColumns : aRows,
    k: attrs!["transposeA"] ? aRows : aColumns,
    n: attrs!["transposeB"] ? bRows : bColumns,
    batchA: tf.util.sizeFromShape(a.slice(0, -2)),
    batchB: tf.util.sizeFromShape(b.slice(0, -2)),
    batchShape: tf.broadcast_util.assertAndGetBroadcastShape(a.slice(0, -2), b.slice(0, -2)),
  };
}

function blasProduct(given: MatMulArguments, blas: Blas): tf.TensorInfo {
  const { m, k, n, batchA, batchB, batchShape } = sizes(given);
  const memory: WasmMemory = wasmMemory(given.backend as BackendWasm);
  const out = memory.allocate([...batchShape, m, n]);
  const a = memory.view(given.inputs["a"]!);
  const b = memory.view(given.inputs["b"]!);
  const c = memory.view(out);
  const transposeA = Boolean(given.attrs!["transposeA"]);
  const transposeB = Boolean(given.attrs!["transposeB"]);
  if (k === 0) c.fill(0);
  for (let i = 0; i < Math.max(batchA, batchB) && k > 0; i++) {
    const ai = a.subarray(m * k * (batchA === 1 ? 0 : i));
    const bi = b.subarray(k * n * (batchB === 1 ? 0 : i));
    blas.sgemm(transposeA, transposeB, m, n, k, ai, bi, c.subarray(m * n * i));
  }
  return out;
}

function untransposedProduct(given: MatMulArguments, product: tf.KernelFunc): tf.TensorInfo {
  const { backend, inputs, attrs } = given;
  const transposed: tf.TensorInfo[] = [];
  const plain = (x: tf.TensorInfo, transpose: boolean): tf.TensorInfo => {
    if (!transpose) return x;
    const perm = x.shape.map((_, axis) => axis);
    perm.push(...perm.splice(-2).reverse());
    const kernel = tf.getKernel("Transpose", "wasm").kernelFunc;
    const result = kernel({ inputs: { x }, backend, attrs: { perm } }) as tf.TensorInfo;
    transposed.push(result);
    return result;
  };
  const a = plain(inputs["a"]!, Boolean(attrs!["transposeA"]));
  const b = plain(inputs["b"]!, Boolean(attrs!["transposeB"]));
  const out = product({ backend, inputs: { a, b }, attrs: { transposeA: false, transposeB: false } });
  for (const t of transposed) (backend as BackendWasm).disposeData(t.dataId);
  return out as tf.TensorInfo;
}
