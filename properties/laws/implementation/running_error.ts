/**
 * Running error bounds: what rounding can do to a network's output and to its derivatives, computed along with them.
 * Every operation adds its own rounding to what it passes on, to first order in ε, so that a tolerance follows the case and
 * knows where a pre-activation is so near to a kink that rounding decides on which side it lies.
 *
 * Source: N. Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, 2002, section 3.3.
 *
 * @module
 */

import { activations } from "../../oracle/smooth.ts";
import type { ActivationName, LayerSpec, Matrix, NetworkSpec, Vector } from "../../contract/subject.ts";

/** A number, and a bound on what it may be off by. */
export interface Bounded {
  readonly value: number;
  readonly error: number;
  /** Of a slope, the sum of the magnitudes of the products that it is made of; that of its value if absent. */
  readonly size?: number;
}

/** A network's output and its derivatives along directions, all with bounds. */
export interface RunningError {
  /** g(z): `[data]` */
  readonly output: readonly Bounded[];
  /** d/dt g(z + t l) for every direction l: `[direction][data]` */
  readonly first: readonly (readonly Bounded[])[];
  /** d²/dt² g(z + t l) for every direction l: `[direction][data]` */
  readonly second: readonly (readonly Bounded[])[];
  /** False where rounding decides on which side of a kink a pre-activation lies. */
  readonly decided: boolean;
}

/** Bounds on |φ'|, |φ''|, |φ'''|; roundings of an evaluation of φ or of a derivative; whether there is a kink at 0. */
interface Shape {
  readonly bounds: readonly [number, number, number];
  readonly roundings: number;
  readonly kink: boolean;
}

const shapes: Readonly<Record<ActivationName, Shape>> = {
  identity: { bounds: [1, 0, 0], roundings: 0, kink: false },
  relu: { bounds: [1, 0, 0], roundings: 0, kink: true },
  "leaky-relu": { bounds: [1, 0, 0], roundings: 2, kink: true },
  tanh: { bounds: [1, 0.77, 2], roundings: 8, kink: false },
  sigmoid: { bounds: [0.25, 0.1, 0.13], roundings: 8, kink: false },
  softplus: { bounds: [1, 0.25, 0.1], roundings: 8, kink: false },
  // Its kink is in the second derivative.
  elu: { bounds: [1, 1, 1], roundings: 8, kink: true },
  gelu: { bounds: [1.13, 0.8, 0.8], roundings: 8, kink: false },
};

/** Numbers known to a relative error of a few roundings; whole numbers are exact. */
export function rounded(values: Vector, epsilon: number, roundings = 1): Bounded[] {
  return values.map((value) => ({
    value,
    error: Number.isInteger(value) ? 0 : roundings * epsilon * Math.abs(value),
  }));
}

/** The columns of a matrix as directions. */
export function columnsOf(a: Matrix, epsilon: number, roundings = 1): Bounded[][] {
  return a[0]!.map((_, j) => rounded(a.map((row) => row[j]!), epsilon, roundings));
}

/** The network at z `[latent]`, along directions `[direction][latent]`. */
export function runningError(
  network: NetworkSpec,
  z: readonly Bounded[],
  directions: readonly (readonly Bounded[])[],
  epsilon: number,
): RunningError {
  const zero = (): Bounded => ({ value: 0, error: 0 });
  let at: RunningError = {
    output: z,
    first: directions,
    second: directions.map((direction) => direction.map(zero)),
    decided: true,
  };
  for (const layer of network) at = activate(layer.activation, push(layer, at, epsilon), epsilon);
  return at;
}

/** How derivatives are taken: with rounding alone, or by central differences with a step above 0. */
export interface Differencing {
  readonly epsilon: number;
  readonly differenceStep: number;
}

/**
 * The same for a Jacobian that may have been taken by central differences of step h. By the mean value theorem each of its columns is one
 * of derivatives at points within h of z, and the rounding of g is divided by h: along a direction l by Σ|l_i| times both.
 */
export function differencedError(
  network: NetworkSpec,
  z: Vector,
  directions: readonly (readonly Bounded[])[],
  { epsilon, differenceStep: h }: Differencing,
): RunningError {
  const at = rounded(z, epsilon);
  const exact = runningError(network, at, directions, epsilon);
  if (h === 0) return exact;
  const nearby = at.map(({ value, error }) => ({ value, error: error + h }));
  const around = runningError(network, nearby, directions, epsilon);
  // z + h is no whole number, where z may be one.
  const { output: beside } = runningError(
    network,
    rounded(z.map((entry) => entry + h), epsilon),
    [],
    epsilon,
  );
  return {
    ...exact,
    first: around.first.map((row, direction) => {
      const size = directions[direction]!.reduce((sum, { value }) => sum + Math.abs(value), 0);
      return row.map(({ value, error }, k) => ({ value, error: error + size * beside[k]!.error / h }));
    }),
    decided: around.decided,
  };
}

/** u ↦ u W + b, and its derivatives. */
function push(layer: LayerSpec, at: RunningError, epsilon: number): RunningError {
  const none = layer.bias.map(() => 0);
  return {
    output: affine(layer.weight, at.output, layer.bias, epsilon),
    first: at.first.map((row) => inAnyOrder(layer.weight, row, epsilon)),
    second: at.second.map((row) => affine(layer.weight, row, none, epsilon)),
    decided: at.decided,
  };
}

/** The magnitude of the products that a slope is the sum of. */
const sizeOf = ({ value, size = Math.abs(value) }: Bounded): number => size;

/**
 * Slopes through a layer: the products of all layers may be taken from the last to the first, where what cancels here does not cancel.
 */
function inAnyOrder(weight: Matrix, input: readonly Bounded[], epsilon: number): Bounded[] {
  return weight[0]!.map((_, k) => {
    let value = 0, size = 0, carried = 0;
    input.forEach((u, j) => {
      const w = weight[j]![k]!;
      value += u.value * w;
      size += sizeOf(u) * Math.abs(w);
      carried += u.error * Math.abs(w);
    });
    return { value, size, error: carried + 2 * (input.length + 3) * epsilon * size };
  });
}

/** Whole numbers below 2²⁴ are added without rounding in either precision. */
function affine(weight: Matrix, input: readonly Bounded[], bias: Vector, epsilon: number): Bounded[] {
  return bias.map((shift, k) => {
    let value = shift, size = Math.abs(shift), carried = 0, whole = Number.isInteger(shift);
    input.forEach((u, j) => {
      const w = weight[j]![k]!;
      value += u.value * w;
      size += Math.abs(u.value * w);
      carried += u.error * Math.abs(w);
      whole &&= Number.isInteger(u.value) && Number.isInteger(w);
    });
    const exact = whole && size < 2 ** 24;
    return { value, error: carried + (exact ? 0 : 2 * (input.length + 3) * epsilon * size) };
  });
}

function activate(name: ActivationName, at: RunningError, epsilon: number): RunningError {
  const { bounds: [b1, b2, b3], roundings, kink } = shapes[name];
  const off = roundings * epsilon;
  const f = activations[name];
  const u = at.output;
  const slope = u.map(({ value }) => f(value, 1)), bend = u.map(({ value }) => f(value, 2));
  return {
    output: u.map(({ value, error }) => {
      const y = f(value, 0);
      return { value: y, error: b1 * error + off * (1 + Math.abs(y)) };
    }),
    first: at.first.map((row) =>
      row.map((t, k) => ({
        value: slope[k]! * t.value,
        size: Math.abs(slope[k]!) * sizeOf(t),
        error: b1 * t.error + (b2 * u[k]!.error + off) * sizeOf(t),
      }))
    ),
    second: at.second.map((row, direction) =>
      row.map((s, k) => {
        const t = at.first[direction]![k]!;
        return {
          value: bend[k]! * t.value ** 2 + slope[k]! * s.value,
          error: (b3 * u[k]!.error + 2 * off) * t.value ** 2 +
            b2 * (2 * Math.abs(t.value) + t.error) * t.error +
            b1 * s.error + (b2 * u[k]!.error + 2 * off) * Math.abs(s.value),
        };
      })
    ),
    decided: at.decided &&
      !(kink && u.some(({ value, error }) => error > 0 && Math.abs(value) <= error)),
  };
}
