/**
 * Factorisations of jax-js as a subject: `deno task verify --subject properties/packages/jax_js.ts`.
 *
 * @module
 */

import { defaultDevice, grad, lax, numpy as np } from "@jax-js/jax";
import type { Matrix, Subject, Vector } from "../../laws.ts";

/** An array of jax-js, which is float32. */
type Values = ReturnType<typeof np.array>;
const arrayOf = (matrix: Matrix): Values => np.array(matrix.map((row) => [...row]));
const each = async (a: readonly Matrix[], one: (matrix: Values, i: number) => Values): Promise<Matrix[]> => {
  const found: Matrix[] = [];
  for (const [i, matrix] of a.entries()) {
    found.push(finite(await one(arrayOf(matrix), i).jsAsync() as number[][]));
  }
  return found;
};

/** As JAX does, it answers NaN where a matrix is singular in float32; laws take an error there. */
function finite<T extends Matrix | number>(answer: T): T {
  const numbers: readonly unknown[] = [answer].flat(2);
  if (numbers.every(Number.isFinite)) return answer;
  throw new RangeError("a matrix is singular in float32");
}

/** jax-js on one of its devices. */
function on(device: "wasm" | "cpu"): Subject {
  const there = <T>(call: () => T): T => {
    defaultDevice(device);
    return call();
  };
  return {
    name: `jax-js 0.1.25, ${device}`,
    epsilon: 2 ** -24,
    cholesky: (a) => there(() => each(a, (matrix) => lax.linalg.cholesky(matrix))),
    logDeterminant: (a): Promise<Vector> => there(() => logDeterminant(a)),
    logDeterminantGradient: (a, cotangent) =>
      there(() =>
        each(a, (matrix, i) => grad((x: Values) => np.linalg.slogdet(x)[1].mul(cotangent[i]!))(matrix))
      ),
    inverse: (a) => there(() => each(a, (matrix) => np.linalg.inv(matrix))),
    solve: (a, b) => there(() => each(a, (matrix, i) => np.linalg.solve(matrix, arrayOf(b[i]!)))),
  };
}

async function logDeterminant(a: readonly Matrix[]): Promise<Vector> {
  const found: number[] = [];
  for (const matrix of a) {
    const [, logarithm] = np.linalg.slogdet(arrayOf(matrix));
    found.push(finite(await logarithm.jsAsync() as number));
  }
  return found;
}

export default [on("wasm"), on("cpu")];
