/**
 * Adam, fused to one pass over all parameters.
 *
 * @module
 */

import { assertFloat32, assertShape, defineKernel, type Heap, overwrite, tf } from "../engine/mod.ts";
import { WRITE_TABLE } from "../engine/kernels/arguments.ts";
import { TABLES } from "../engine/kernels/interface.ts";

/** Parameters, Adam's running moments and the number of steps taken: all that an optimiser remembers. */
export interface AdamState {
  /** What is trained. */
  readonly parameters: readonly tf.Tensor[];
  /** Running means of the gradients. */
  readonly first: readonly tf.Tensor[];
  /** Running means of their squares. */
  readonly second: readonly tf.Tensor[];
  /** Steps taken. */
  readonly step: number;
}

const DECAY_FIRST = 0.9;
const DECAY_SECOND = 0.999;
const EPSILON = 1e-8;

/**
 * Below these sizes a moment, and a gradient that is to be squared, are taken for 0. Where a gradient has ceased, as behind
 * a unit that is never active, moments fade among the subnormal numbers, with which processors are slow: after 1,000
 * steps a β-VAE's update took 13 ms for 1.4. Their products with a step size from 2⁻²⁰ are not subnormal either. The largest
 * √v̂ that is lost, that of a first step, is 3.6e-7 ε.
 */
const SMALLEST = 2 ** -106;
const SMALLEST_ROOT = 2 ** -57;

/** As `adam.as` takes them. */
const CONSTANTS = {
  keepFirst: DECAY_FIRST,
  takeFirst: 1 - DECAY_FIRST,
  keepSecond: DECAY_SECOND,
  takeSecond: 1 - DECAY_SECOND,
  epsilon: EPSILON,
  smallest: SMALLEST,
  smallestRoot: SMALLEST_ROOT,
} as const;

/** 0 for what is smaller; NaN stays. */
const cut = (x: number, smallest: number): number => (Math.abs(x) < smallest ? 0 : x);

/** Numbers that a thread updates at a time. */
const CHUNK = 1 << 14;
/** Bytes of a word, and words of the kernel's table for a parameter. */
const WORD = 4;
const ENTRY = Object.keys(TABLES.adamTensor).length;

/** Step size, the bias corrections 1/(1 − β₁ᵗ), 1/(1 − β₂ᵗ), and what {@link AdamOptions} has. */
interface Settings extends Required<AdamOptions> {
  readonly learningRate: number;
  readonly correctFirst: number;
  readonly correctSecond: number;
}

/** What gradients are multiplied by, so that their norm is at most `most`. */
const scaleFor = (squaredNorm: number, most: number): number =>
  squaredNorm > most ** 2 ? most / Math.sqrt(squaredNorm) : 1;

/** The sum of the squares of all gradients, in double precision, chunk by chunk: the same with any number of threads. */
function squaredNormOnHeap(heap: Heap, table: number, chunks: number, count: number): number {
  const memory = heap.allocate([2 * chunks]);
  try {
    const at = heap.offset(memory);
    heap.team.run("sumsOfSquares", chunks, { table, size: CHUNK, out: at }, count);
    return new Float64Array(heap.view(at, 0).buffer, at, chunks).reduce((sum, part) => sum + part, 0);
  } finally {
    heap.release(memory);
  }
}

/** The same as a scale by tensor operations, of gradients over the largest of them, whose squares float32 can hold. */
function composeScale(gradients: readonly tf.Tensor[], most: number): tf.Tensor {
  const sizes = gradients.filter(({ size }) => size > 0).map((g) => tf.max(tf.abs(g)));
  const largest = sizes.reduce((a, b) => tf.maximum(a, b), tf.tensor(SMALLEST, []));
  const squares = gradients.map((g) => tf.sum(tf.square(tf.div(g, largest))));
  const norm = tf.mul(largest, tf.sqrt(squares.reduce((a, b) => tf.add(a, b))));
  return tf.div(most, tf.maximum(norm, most));
}

/** What a step takes of parameter `index`, of so many, away from it. */
const decayOf = (index: number, count: number, { learningRate, weightDecay, undecayed }: Settings): number =>
  index < count - undecayed ? learningRate * weightDecay : 0;

/**
 * One pass over memory, and one job for all variables, instead of tfjs's ten kernels for each: for 1.3 million parameters
 * 4 ms instead of 16 ms of a step (wasm engine, 2 cores). Over the old state it is an eighth less.
 *
 * All parameters, all first moments, all second moments, all gradients ↦ the first three of the next state; nothing where the
 * old ones are overwritten.
 */
const update = defineKernel<Settings>({
  name: "GraeAdam",
  shapes: (inputs, { overwrite }) =>
    overwrite ? [] : inputs.slice(0, inputs.length / 4 * 3).map((shape) => [...shape]),
  compute: (inputs, outputs, settings) => {
    const { learningRate, correctFirst, correctSecond, clipGradient } = settings;
    const stepSize = learningRate * correctFirst;
    const count = inputs.length / 4;
    let squaredNorm = 0;
    if (clipGradient < Infinity) {
      for (const gradient of inputs.slice(3 * count)) {
        for (const slope of gradient) squaredNorm += slope ** 2;
      }
    }
    const scale = scaleFor(squaredNorm, clipGradient);
    for (let tensor = 0; tensor < count; tensor++) {
      const [x, m, v, g] = [0, 1, 2, 3].map((kind) => inputs[kind * count + tensor]!);
      const [to, nextM, nextV] = [0, 1, 2].map((kind) => outputs[kind * count + tensor]!);
      const decay = decayOf(tensor, count, settings);
      for (let i = 0; i < x!.length; i++) {
        const gi = scale * g![i]!;
        const mi = cut(DECAY_FIRST * m![i]! + (1 - DECAY_FIRST) * gi, SMALLEST);
        const vi = cut(DECAY_SECOND * v![i]! + (1 - DECAY_SECOND) * cut(gi, SMALLEST_ROOT) ** 2, SMALLEST);
        nextM![i] = mi;
        nextV![i] = vi;
        to![i] = x![i]! - (stepSize * mi / (Math.sqrt(correctSecond * vi) + EPSILON) + decay * x![i]!);
      }
    }
  },
  onHeap: (heap, inputs, outputs, settings, shapes) => {
    const { learningRate, correctFirst, correctSecond, overwrite, clipGradient } = settings;
    const next = overwrite ? inputs : outputs;
    const count = inputs.length / 4;
    const sizes = shapes.slice(0, count).map((shape) => shape.reduce((a, b) => a * b, 1));
    const memory = heap.allocate([count * ENTRY]);
    try {
      const table = heap.offset(memory);
      const floats = heap.view(table, count * ENTRY);
      const words = new Int32Array(floats.buffer, table, count * ENTRY);
      sizes.forEach((size, i) => {
        const [x, first, second, gradient] = [0, 1, 2, 3].map((kind) => inputs[kind * count + i]!);
        const [nextX, nextFirst, nextSecond] = [0, 1, 2].map((kind) => next[kind * count + i]!);
        const before = { count: size, x: x!, first: first!, second: second!, gradient: gradient! };
        const after = { nextX: nextX!, nextFirst: nextFirst!, nextSecond: nextSecond! };
        WRITE_TABLE.adamTensor({ ...before, ...after }, words, floats, ENTRY * i);
      });
      const sum = (own: readonly number[]): number => own.reduce((a, b) => a + b, 0);
      const chunksOf = (own: readonly number[]): number => sum(own.map((size) => Math.ceil(size / CHUNK)));
      const squaredNorm = clipGradient < Infinity
        ? squaredNormOnHeap(heap, table, chunksOf(sizes), sum(sizes))
        : 0;
      // One job for all that decay, and one for the rest.
      const decayed = count - settings.undecayed;
      for (const [from, to] of [[0, decayed], [decayed, count]] as const) {
        const own = sizes.slice(from, to);
        if (chunksOf(own) === 0) continue;
        heap.team.run("adam", chunksOf(own), {
          table: table + WORD * ENTRY * from,
          size: CHUNK,
          stepSize: learningRate * correctFirst,
          correction: correctSecond,
          ...CONSTANTS,
          scale: scaleFor(squaredNorm, clipGradient),
          decay: decayOf(from, count, settings),
        }, sum(own));
      }
    } finally {
      heap.release(memory);
    }
  },
  compose: (inputs, settings) => {
    const { learningRate, correctFirst, correctSecond, clipGradient } = settings;
    const count = inputs.length / 4;
    const scale = clipGradient < Infinity ? composeScale(inputs.slice(3 * count), clipGradient) : null;
    const updated = inputs.slice(0, count).map((x, i) => {
      const [first, second, raw] = [1, 2, 3].map((kind) => inputs[kind * count + i]!);
      const gradient = scale ? tf.mul(scale, raw!) : raw!;
      const m = tf.add(tf.mul(DECAY_FIRST, first!), tf.mul(1 - DECAY_FIRST, gradient));
      const v = tf.add(tf.mul(DECAY_SECOND, second!), tf.mul(1 - DECAY_SECOND, tf.square(gradient)));
      const direction = tf.div(m, tf.add(tf.sqrt(tf.mul(correctSecond, v)), EPSILON));
      const move = tf.mul(learningRate * correctFirst, direction), decay = decayOf(i, count, settings);
      return [
        tf.sub(x, decay === 0 ? move : tf.add(move, tf.mul(decay, x))),
        m,
        v,
      ];
    });
    return [0, 1, 2].flatMap((kind) => updated.map((tensors) => tensors[kind]!));
  },
});

/** Requires a state of float32 tensors, with two moments of the shape of each parameter. */
export function assertState(doing: string, { parameters, first, second }: AdamState): void {
  parameters.forEach((p, i) => {
    assertFloat32(doing, `parameter ${i}`, p);
    assertShape(doing, `first moment ${i}`, first[i]!, p.shape);
    assertShape(doing, `second moment ${i}`, second[i]!, p.shape);
  });
}

/**
 * The state before the first step. The parameters become part of it.
 *
 * @throws TypeError for a parameter that is not float32
 */
export function initialAdamState(parameters: readonly tf.Tensor[]): AdamState {
  parameters.forEach((p, i) => assertFloat32("initialAdamState", `parameter ${i}`, p));
  return {
    parameters,
    first: parameters.map((p) => tf.zerosLike(p)),
    second: parameters.map((p) => tf.zerosLike(p)),
    step: 0,
  };
}

/** What {@link adam} may be told. */
export interface AdamOptions {
  /**
   * Whether the old state is given up: the next one has its tensors, with other numbers, where they are on the wasm heap and
   * no other tensor shares their numbers; else they are disposed of. No by default.
   */
  readonly overwrite?: boolean;
  /**
   * λ ≥ 0, decoupled weight decay (AdamW): a step takes λ times the learning rate of every parameter away from it, biases
   * included (but see `undecayed`), and the moments do not see it. 0 by default.
   */
  readonly weightDecay?: number;
  /**
   * How many parameters, from the last, do not decay. {@link train} and {@link trainingStep} leave out those of the likelihood
   * by default, since a log σ that is drawn to 0 is drawn to σ = 1. 0 by default.
   */
  readonly undecayed?: number;
  /**
   * c > 0, the largest norm of the gradient in all parameters together: a longer one is multiplied by c over its norm. Infinity
   * by default, which is none.
   */
  readonly clipGradient?: number;
}

/**
 * One step of Adam (β₁ = 0.9, β₂ = 0.999, ε = 1e-8). Returns a new state; the old one is untouched, and the caller's to
 * dispose of, unless it is to be overwritten.
 *
 * Sources: Kingma & Ba, *Adam: a method for stochastic optimization*, ICLR 2015, Algorithm 1; Loshchilov & Hutter, *Decoupled
 * weight decay regularization*, ICLR 2019, Algorithm 2, where the decay goes with the learning rate.
 *
 * @param gradients one per parameter, of its shape
 * @param learningRate > 0
 * @throws RangeError for the learning rate, the weight decay or the largest norm; TypeError for gradients that do not match
 */
export function adam(
  state: AdamState,
  gradients: readonly tf.Tensor[],
  learningRate: number,
  { overwrite: giveUp = false, weightDecay = 0, undecayed = 0, clipGradient = Infinity }: AdamOptions = {},
): AdamState {
  if (!(learningRate > 0 && learningRate < Infinity)) {
    throw new RangeError(`adam: the learning rate must be a number above 0, but it is ${learningRate}`);
  }
  if (!(weightDecay >= 0 && weightDecay < Infinity)) {
    throw new RangeError(`adam: the weight decay must be a number from 0, but it is ${weightDecay}`);
  }
  if (!(Number.isInteger(undecayed) && undecayed >= 0 && undecayed <= state.parameters.length)) {
    throw new RangeError(
      `adam: undecayed must be a whole number from 0 to the parameters, ${state.parameters.length}, but it is ${undecayed}`,
    );
  }
  if (!(clipGradient > 0)) {
    throw new RangeError(
      `adam: the largest norm of a gradient must be a number above 0, but it is ${clipGradient}`,
    );
  }
  const count = state.parameters.length;
  if (gradients.length !== count) {
    throw new TypeError(`adam: ${count} gradients are required, but ${gradients.length} were given`);
  }
  assertState("adam", state);
  gradients.forEach((g, i) => assertShape("adam", `gradient ${i}`, g, state.parameters[i]!.shape));
  const step = state.step + 1;
  const old = tensorsOf(state);
  const updateFor = (overwrite: boolean): tf.Tensor[] =>
    update([...old, ...gradients], {
      learningRate,
      correctFirst: 1 / (1 - DECAY_FIRST ** step),
      correctSecond: 1 / (1 - DECAY_SECOND ** step),
      overwrite,
      weightDecay,
      undecayed,
      clipGradient,
    });
  if (giveUp && overwrite(old, () => updateFor(true))) return { ...state, step };
  const updated = updateFor(false);
  if (giveUp) tf.dispose(old);
  const [parameters, first, second] = [0, 1, 2].map((kind) =>
    updated.slice(kind * count, (kind + 1) * count)
  );
  return { parameters: parameters!, first: first!, second: second!, step };
}

/** All tensors of a state. */
export function tensorsOf({ parameters, first, second }: AdamState): tf.Tensor[] {
  return [...parameters, ...first, ...second];
}
