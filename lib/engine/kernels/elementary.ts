/**
 * eˣ − 1, log(1 + x), sigmoid, tanh, softplus and ELU, accurate relative to their own value. They replace tfjs's kernels.
 *
 * Why: tfjs's log(1 + x) on wasm adds 1 first, so that it is 0 for x = 1e-8. Its softplus loses as much, and
 * its ELU on cpu; its tanh on wasm is right, but takes eight times as long. Its gradients of sigmoid and tanh, y(1 − y) and
 * 1 − y², have no correct digit where y is near 1.
 *
 * Source of log(1 + x): D. Goldberg, What Every Computer Scientist Should Know About Floating-Point Arithmetic (1991), theorem 4;
 * of the polynomials: P. T. P. Tang, Table-driven implementation of the logarithm function (1990), without the table.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { CHUNK } from "./elementwise.ts";
import type { Heap } from "../backend/heap.ts";
import { areFloats, installHeapKernel } from "../backend/heap_kernel.ts";
import { cpuNumbers, cpuTensor } from "../backend/cpu.ts";
import { replaceKernel } from "../backend/replace_kernel.ts";
import { ELEMENTARY } from "./interface.ts";

/** Replaces them on the wasm heap, by jobs of its threads. */
export function installElementary(heap: Heap): void {
  for (const [name, operation] of Object.entries(ELEMENTARY)) {
    installHeapKernel(heap, name, {
      names: ["x"],
      accepts: areFloats,
      shapes: ([shape]) => ({ one: [...shape!] }),
      fill: ({ team }, [x], [out], _, [shape]) => {
        const count = tf.util.sizeFromShape([...shape!]);
        // A number takes some twenty operations.
        const args = { operation, count, size: CHUNK, x: x!, out: out! };
        team.run("elementary", Math.ceil(count / CHUNK), args, 20 * count);
      },
    });
  }
}

/** The functions that tfjs's cpu engine gets wrong, in double precision. */
const ON_HOST: Readonly<Record<string, (x: number) => number>> = {
  Softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  Elu: (x) => x < 0 ? Math.expm1(x) : x,
};

/** Replaces them on the cpu engine. */
export function installElementaryOnHost(): void {
  for (const [name, f] of Object.entries(ON_HOST)) {
    replaceKernel(name, (original) => (params) => {
      const x = params.inputs["x"]!;
      if (!areFloats([x])) return original(params);
      return cpuTensor(params.backend, x.shape, Float32Array.from(cpuNumbers(params.backend, x), f));
    }, "cpu");
  }
}

/** Replaces the gradients of sigmoid and tanh: σ(x) σ(−x), and 4 σ(2x) σ(−2x), where nothing is subtracted from 1. */
export function installElementaryGradients(): void {
  tf.registerGradient({
    kernelName: "Sigmoid",
    inputsToSave: ["x"],
    outputsToSave: [true],
    gradFunc: (dy, [x, y]) => ({
      x: () => tf.mul(dy as tf.Tensor, tf.mul(y!, tf.sigmoid(tf.neg(x!)))),
    }),
  });
  tf.registerGradient({
    kernelName: "Tanh",
    inputsToSave: ["x"],
    gradFunc: (dy, [x]) => ({
      x: () => {
        const twice = tf.mul(2, x!);
        return tf.mul(dy as tf.Tensor, tf.mul(4, tf.mul(tf.sigmoid(twice), tf.sigmoid(tf.neg(twice)))));
      },
    }),
  });
}
