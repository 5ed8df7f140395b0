/**
 * jax-js as an implementation, on its WebAssembly device, each step jitted whole. Imports nothing of the library's computing.
 *
 * @module
 */

import { defaultDevice, init, jit, numpy as np, random, valueAndGrad } from "@jax-js/jax";
import { jaxJsLoss, type Values } from "./jax_js_losses.ts";
import { decodeProblem, type Values as Given } from "./problem.ts";
import type { Prepare } from "./protocol.ts";
import { versionOf } from "../tools/versions.ts";
import { type Prepared, serve } from "./serve.ts";

await init("wasm");
defaultDevice("wasm");

const array = ({ values, shape }: Given): Values =>
  np.reshape(np.array(Float32Array.from(values)), [...shape]);

async function prepare({ objective, shape, file }: Prepare): Promise<Prepared> {
  const { batch, latent, learningRate } = shape;
  if (shape.network !== "dense") {
    throw new Error("conv64 is not written for jax-js: one of its convolutions of two images takes seconds");
  }
  const problem = decodeProblem(await Deno.readFile(file), shape, objective);
  const parameters = problem.parameters.map(array), x = array(problem.x);
  const loss = jaxJsLoss(objective, shape), count = parameters.length;
  /** One step of Adam: the loss, then parameters and both moments. */
  const update = jit(
    (state: Values[], x: Values, noise: Values, units: Values, rate: Values, root: Values) => {
      const at = state.slice(0, count).map((p) => p.ref);
      const [value, gradients] = valueAndGrad(loss)(at, x, noise, units);
      const made = state.slice(0, count).map((p, i) => {
        const gradient = gradients[i]!;
        const first = state[count + i]!.mul(0.9).add(gradient.ref.mul(0.1));
        const second = state[2 * count + i]!.mul(0.999).add(np.square(gradient).mul(0.001));
        const change = rate.ref.mul(first.ref).div(np.sqrt(second.ref).mul(root.ref).add(1e-8));
        return [p.sub(change), first, second];
      });
      return [value, ...[0, 1, 2].flatMap((part) => made.map((three) => three[part]!))];
    },
  );
  let state = [0, 1, 2].flatMap((part) => parameters.map((p) => part === 0 ? p.ref : np.zeros(p.shape)));
  let taken = 0;
  const make = async (noise: Values, units: Values): Promise<number> => {
    taken++;
    const rate = np.array(learningRate / (1 - 0.9 ** taken)),
      root = np.array(1 / Math.sqrt(1 - 0.999 ** taken));
    const [value, ...next] = update(state, x.ref, noise, units, rate, root) as Values[];
    state = next;
    return await value!.jsAsync() as number;
  };
  const unitsOf = (columns: ArrayLike<number>): Values => {
    const units = new Float32Array(batch * latent);
    Array.from(columns).forEach((column, i) => units[i * latent + column] = 1);
    return np.reshape(np.array(units), [batch, 1, latent]);
  };
  const losses: number[] = [];
  for (let i = 0; i < 4; i++) losses.push(await make(array(problem.noise), unitsOf(problem.columns.values)));
  let key = 1;
  return {
    losses,
    step: async () => {
      const noise = random.normal(random.key(key++), [batch, latent]);
      await make(noise, unitsOf(Array.from({ length: batch }, () => Math.floor(latent * Math.random()))));
    },
    forget: () => [...state, x, ...parameters].forEach((each) => each.dispose()),
  };
}

const factors = new Map<number, Values>();

async function product(size: number): Promise<void> {
  const factor = factors.get(size) ?? np.ones([size, size]);
  factors.set(size, factor);
  const made = np.matmul(factor.ref, factor.ref);
  await made.blockUntilReady();
  made.dispose();
}

const version = versionOf("@jax-js/jax");
await serve(
  { versions: { "jax-js": version, deno: Deno.version.deno }, threads: 1, blas: "jax-js wasm" },
  { prepare, product },
);
Deno.exit(0);
