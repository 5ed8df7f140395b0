/**
 * The library as an implementation: `grae_worker.ts ENGINE THREADS`, and `software` to take any WebGPU adapter.
 *
 * @module
 */

import {
  type Engine,
  EngineError,
  type EngineName,
  foldIn,
  key,
  read,
  startEngine,
  tf,
} from "../lib/engine/mod.ts";
import {
  type AdamState,
  initialAdamState,
  type Loss,
  tensorsOf,
  type TrainingStep,
  trainingStep,
} from "../lib/training/mod.ts";
import { versions } from "../tools/versions.ts";
import { descriptionOf } from "./description.ts";
import { drawingLoss, givenLoss } from "./grae_losses.ts";
import { profileKernels } from "./profile_kernels.ts";
import { decodeProblem, type Values } from "./problem.ts";
import type { Prepare } from "./protocol.ts";
import { type Prepared, serve, type Served } from "./serve.ts";
import { softwareAdapter } from "./software_adapter.ts";

const tensor = ({ values, shape }: Values): tf.Tensor => tf.tensor(values, [...shape]);

async function prepare({ objective, shape, file }: Prepare): Promise<Prepared> {
  const problem = decodeProblem(await Deno.readFile(file), shape, objective);
  const description = descriptionOf(shape, objective);
  const x = tensor(problem.x);
  const noise = tf.tensor(problem.noise.values, [1, shape.batch, shape.latent]);
  const given = givenLoss(objective, shape.beta, noise, problem.columns.values);
  const stepBy = (loss: Loss): TrainingStep =>
    trainingStep(description, loss, shape.learningRate, { replay: true, overwrite: true });
  const atGiven = stepBy(given), drawing = stepBy(drawingLoss(objective, shape.beta));

  let state: AdamState = initialAdamState(problem.parameters.map(tensor));
  const make = async (step: typeof drawing): Promise<number> => {
    const [next, info] = step(state, x, foldIn(key(2), state.step));
    const loss = (await read(info.loss))[0]!;
    tf.dispose([info.loss, ...Object.values(info.terms)]);
    state = next;
    return loss;
  };
  const losses: number[] = [];
  for (let i = 0; i < 4; i++) losses.push(await make(atGiven));
  atGiven[Symbol.dispose]();
  return {
    losses,
    step: async () => void await make(drawing),
    forget: () => {
      drawing[Symbol.dispose]();
      tf.dispose([...tensorsOf(state), x, noise]);
    },
  };
}

const factors = new Map<number, tf.Tensor>();

/** A product of factors that stay, so that nothing else is timed. */
async function product(size: number): Promise<void> {
  let factor = factors.get(size);
  if (!factor) {
    factor = tf.onesLike(tf.zeros([size, size]));
    factors.set(size, factor);
    // The first large product starts the other threads, which are not there at once.
    tf.dispose(tf.matMul(factor, factor));
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const result = tf.matMul(factor, factor);
  const corner = tf.slice(result, [0, 0], [1, 1]);
  await read(corner);
  tf.dispose([result, corner]);
}

/** The engine that was asked for, or why it is left out. */
async function start(name: EngineName, threads: number, anyAdapter: boolean): Promise<Engine | string> {
  if (name === "webgpu" && !anyAdapter) {
    const software = await softwareAdapter();
    if (software !== null) return software;
  }
  try {
    return await startEngine(name, { threads });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return error.message;
  }
}

const [name, threads, software] = Deno.args as [EngineName, string, string | undefined];
const engine = await start(name, Number(threads), software === "software");
if (typeof engine === "string") await serve({ absent: engine }, null);
else {
  const backend = engine.name === "native" ? "wasm" : engine.name;
  const served: Served = { prepare, product };
  if (backend !== "webgpu") served.profile = (step, count) => profileKernels(backend, step, count);
  const { grae, tfjs, deno } = versions();
  await serve(
    {
      versions: { grae: grae!, tfjs: tfjs!, deno: deno! },
      threads: Number(threads),
      blas: engine.description,
    },
    served,
  );
}
Deno.exit(0);
