/**
 * The losses that a run of `mnist` is scored by, image by image and draw by draw, in plain float64: a second route to the values of the
 * objectives, which are recorded on a tape.
 *
 * @module
 */

import type { FamilySpec, Matrix, NetworkSpec, ObjectiveName, Vector } from "../contract/specs.ts";
import { real } from "./arithmetic.ts";
import { optimalCovariance } from "./covariance.ts";
import { cholesky, identityPlus, logDeterminant, product, tabulate, trace, transpose } from "./dense.ts";
import { curvature, logDensity, logDensityGradient } from "./likelihood.ts";
import { secondDirectional } from "./network.ts";
import type { Model } from "./model.ts";
import { blocks, blockSize, factor } from "./posterior.ts";
import { activations } from "./smooth.ts";

/** A network at a point, and its derivatives along each axis: `[out]` and `[in][out]`. */
export interface Pushed {
  readonly output: Vector;
  readonly columns: Matrix;
}

/** u W for a row u. */
function times(u: Vector, weight: Matrix, start: ArrayLike<number>): number[] {
  const out = Float64Array.from(start);
  u.forEach((entry, j) => {
    if (entry === 0) return;
    const row = weight[j]!;
    for (let k = 0; k < row.length; k++) out[k]! += entry * row[k]!;
  });
  return Array.from(out);
}

/** A unit of a network. */
export interface Unit {
  readonly layer: number;
  readonly unit: number;
}

/**
 * A network at a point by rows of its weights, without its derivatives where no directions are given.
 *
 * @param flipped has the slope of the other side of its kink
 */
export function push(network: NetworkSpec, point: Vector, directions: Matrix = [], flipped?: Unit): Pushed {
  return network.reduce<Pushed>(({ output, columns }, { weight, bias, activation }, layer) => {
    const u = times(output, weight, bias), f = activations[activation];
    const slope = u.map((entry, k) => f(layer === flipped?.layer && k === flipped.unit ? -entry : entry, 1));
    const zero = bias.map(() => 0);
    return {
      output: u.map((entry) => f(entry, 0)),
      columns: columns.map((column) => times(column, weight, zero).map((entry, k) => entry * slope[k]!)),
    };
  }, { output: point, columns: directions });
}

/** G = Jᵀ diag(w) J of a decoder at z, and its output. */
export function gramAt(
  { decoder, likelihood }: Model,
  z: Vector,
  flipped?: Unit,
): { readonly g: Vector; readonly gram: Matrix } {
  const axes = z.map((_, i) => z.map((_, j) => i === j ? 1 : 0));
  const { output, columns } = push(decoder, z, axes, flipped);
  // w does not depend on x.
  const w = curvature(likelihood, [output.map(() => 0)], [output])[0]!;
  const weighted = columns.map((column) => column.map((entry, k) => entry * w[k]!));
  const dot = (a: Vector, b: Vector): number => {
    let sum = 0;
    for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
    return sum;
  };
  return { g: output, gram: weighted.map((a) => columns.map((b) => dot(a, b))) };
}

/** A loss of an image: one number for each draw, or one alone where nothing is drawn. */
export type Draw = Vector;

/** What is scored. */
interface Scored {
  readonly model: Model;
  readonly x: Matrix;
  readonly beta: number;
  /** ε and columns of each draw. */
  readonly noise: readonly Matrix[];
  readonly columns: readonly Vector[];
}

const squares = (values: Vector): number => values.reduce((sum, value) => sum + value * value, 0);

/** ½ tr(AB) for symmetric matrices. */
const halfTrace = (a: Matrix, b: Matrix): number =>
  a.reduce((sum, row, i) => sum + row.reduce((part, entry, j) => part + entry * b[i]![j]!, 0), 0) / 2;

/** The inverse of a lower triangular matrix, by forward substitution. */
function inverseOfLower(c: Matrix): number[][] {
  const columns = c.map((_, k) => {
    const solved: number[] = [];
    for (const [i, row] of c.entries()) {
      solved.push(((i === k ? 1 : 0) - solved.reduce((sum, value, j) => sum + row[j]! * value, 0)) / row[i]!);
    }
    return solved;
  });
  return transpose(columns);
}

/** L of the family's optimal Σ = L Lᵀ, as the inverse transpose of the Cholesky factor of Σ⁻¹. */
export function optimalFactor(family: FamilySpec, g: Matrix, beta: number): number[][] {
  const d = g.length;
  if (family.kind === "isotropic") {
    const deviation = Math.sqrt(1 / (1 + trace(g) / (beta * d)));
    return tabulate(d, d, (i, j) => i === j ? deviation : 0);
  }
  const size = blockSize(family, d), precision = identityPlus(g, 1 / beta);
  const inside = tabulate(
    d,
    d,
    (i, j) => Math.floor(i / size) === Math.floor(j / size) ? precision[i]![j]! : 0,
  );
  return transpose(inverseOfLower(cholesky(inside)));
}

/** log|I + A/β| of diagonal blocks A. */
const volume = (g: Matrix, size: number, beta: number): number =>
  blocks(g.length, size).reduce(
    (sum, block) =>
      sum + logDeterminant(identityPlus(block.map((i) => block.map((j) => g[i]![j]!)), 1 / beta)),
    0,
  );

/** The loss of the objective with its terms as `terms.NAME`, and the losses that are the same for all: `[image][draw]` by name. */
export function scoreParts(
  objective: ObjectiveName,
  scored: Scored,
): Readonly<Record<string, readonly Draw[]>> {
  const { model, x, beta, noise, columns } = scored;
  const { latent: d, likelihood, family, decoder } = model;
  const encoded = x.map((image) => push(model.encoder, image).output),
    h = encoded.map((row) => row.slice(0, d));
  const learned = encoded[0]!.length > d;
  const points = h.map((mean) => gramAt(model, mean));
  const g = points.map((point) => point.g), grams = points.map(({ gram }) => gram);
  const log = logDensity(likelihood, x, g);
  // The energy of a GRAE has log σ where that is learned.
  const normaliser = likelihood.kind.endsWith("gaussian") ? x[0]!.length / 2 * Math.log(2 * Math.PI) : 0;
  const prior = h.map((mean) => beta / 2 * squares(mean));
  const l = encoded.map((row, b) =>
    learned ? factor(real, family, d, row.slice(d)) : optimalFactor(family, grams[b]!, beta)
  );
  const spread = l.map((root) => product(root, transpose(root)));
  const kl = l.map((root, b) =>
    prior[b]! + beta / 2 * (squares(root.flat()) - d) -
    beta * root.reduce((sum, row, i) => sum + Math.log(row[i]!), 0)
  );
  const perImage = (value: (b: number) => number): Draw[] => x.map((_, b) => [value(b)]);
  const sampledLog = noise.map((epsilon) => {
    const z = h.map((mean, b) => mean.map((value, i) => real.affine(l[b]![i]!, epsilon[b]!, value)));
    return logDensity(likelihood, x, z.map((point) => push(decoder, point).output));
  });
  const betaVae = {
    reconstruction: x.map((_, b) => sampledLog.map((one) => -one[b]!)),
    kl: x.map((_, b) => sampledLog.map(() => kl[b]!)),
  };
  const energy = perImage((b) => -log[b]! - normaliser), priors = perImage((b) => prior[b]!);
  const grae = (size: number): Record<string, Draw[]> => ({
    reconstruction: energy,
    prior: priors,
    volume: perImage((b) => beta / 2 * volume(grams[b]!, size, beta)),
  });
  const fitted = perImage((b) => -log[b]!);
  const ownTerms = (): Record<string, Draw[]> => {
    switch (objective) {
      case "beta-vae":
        return betaVae;
      case "taylor-hessian": {
        const slopes = logDensityGradient(likelihood, x, g), bends = secondDirectional(decoder, h, l);
        const bent = bends.map((rows, b) =>
          rows.reduce((sum, row, k) => sum - slopes[b]![k]! * row.reduce((a, one) => a + one, 0), 0) / 2
        );
        const curved = perImage((b) => halfTrace(grams[b]!, spread[b]!) + bent[b]!);
        return { reconstruction: fitted, curvature: curved, kl: perImage((b) => kl[b]!) };
      }
      case "taylor-jacobian":
        return {
          reconstruction: fitted,
          curvature: perImage((b) => halfTrace(grams[b]!, spread[b]!)),
          kl: perImage((b) => kl[b]!),
        };
      case "profiled": {
        const best = optimalCovariance(family, grams, beta);
        const divergence = (sigma: Matrix): number => beta / 2 * (trace(sigma) - d - logDeterminant(sigma));
        return {
          reconstruction: fitted,
          curvature: perImage((b) => halfTrace(grams[b]!, best[b]!)),
          kl: perImage((b) => prior[b]! + divergence(best[b]!)),
        };
      }
      case "grae":
        return grae(d);
      case "grae-block":
        return grae(blockSize(family, d));
      case "grae-star":
        return grae(1);
      case "grae-star-stochastic": {
        const repeated = (each: Draw[]): Draw[] => each.map(([value]) => columns.map(() => value!));
        return {
          reconstruction: repeated(energy),
          prior: repeated(priors),
          volume: x.map((_, b) =>
            columns.map((one) => beta / 2 * d * Math.log1p(grams[b]![one[b]!]![one[b]!]! / beta))
          ),
        };
      }
    }
  };
  const total = (terms: Record<string, Draw[]>): Draw[] =>
    x.map((_, b) =>
      Object.values(terms).map((each) => each[b]!).reduce((sum, draws) =>
        sum.map((one, i) => one + draws[i]!)
      )
    );
  const own = ownTerms();
  return {
    loss: total(own),
    ...Object.fromEntries(Object.entries(own).map(([name, each]) => [`terms.${name}`, each])),
    "beta-vae": total(betaVae),
    grae: total(grae(d)),
    "grae-star": total(grae(1)),
  };
}
