/**
 * Maps of the latent space that preserve its prior, and what they do to factorised posteriors. Source: slides
 * "Latent variable models and Uniqueness" to "Choice of Q can lead to uniqueness".
 *
 * @module
 */

import type { Matrix, NetworkSpec, Subject, Vector } from "../contract/subject.ts";
import { characteristicFunction, fourthCumulant } from "./factor.ts";
import { identityPlus, logDeterminant, product, tabulate, trace, transpose } from "./dense.ts";

/** Entries of R and relative differences of variances below this are rounding. */
const rounding = 1e-12;

/** The symmetry capabilities of the oracle. */
export const symmetry = {
  transformGaussian: (rotation, { mean, covariance }) => ({
    mean: product(rotation, column(mean)).flat(),
    covariance: product(product(rotation, covariance), transpose(rotation)),
  }),
  transformDecoder,
  mixedComponents,
  preservesMeanField: (rotation, variances) =>
    rotation.every((row) => {
      const mixed = variances.filter((_, k) => Math.abs(row[k]!) > rounding);
      return Math.max(...mixed) - Math.min(...mixed) <= rounding * Math.max(...mixed);
    }),
  fourthCumulant,
  crossCumulants: (rotation, cumulants) => {
    const squares = rotation.map((row) => row.map((entry) => entry * entry));
    return product(product(squares, diagonal(cumulants)), transpose(squares));
  },
  characteristicFunction,
  factorisationGap: (rotation, factors, s) => {
    const at = product(transpose(rotation), column(s)).flat();
    const joint = factors.reduce((phi, factor, k) => phi * characteristicFunction(factor, at[k]!), 1);
    const factored = rotation.reduce(
      (phi, row, i) =>
        factors.reduce((psi, factor, k) => psi * characteristicFunction(factor, row[k]! * s[i]!), phi),
      1,
    );
    return joint - factored;
  },
  meanFieldGap: (precision, rotation, beta) => {
    const rotated = product(product(transpose(rotation), precision), rotation);
    const logs = rotated.reduce((sum, row, i) => sum + Math.log(row[i]!), 0);
    return beta / 2 * (logs - logDeterminant(precision));
  },
  planeMeanFieldGap: ([p, q], angle, beta) => {
    const c = Math.cos(angle) ** 2, s = Math.sin(angle) ** 2;
    // The two diagonal entries of RᵀPR; their product over pq is 1 + c s (p − q)²/(pq).
    return beta / 2 * Math.log1p(c * s * (p! - q!) ** 2 / (p! * q!));
  },
  swirl: (rates, z) => z.map((point) => turned(turn(rates, point), point)),
  unswirl: (rates, z) => z.map((point) => turned(transpose(turn(rates, point)), point)),
} satisfies NonNullable<Subject["symmetry"]>;

/**
 * g∘Rᵀ: a first layer y = u W, with rows u as inputs, becomes u R W.
 *
 * @throws RangeError unless R is orthogonal
 */
function transformDecoder(rotation: Matrix, decoder: NetworkSpec): NetworkSpec {
  const excess = identityPlus(product(transpose(rotation), rotation).map((row) => row.map((v) => -v)), 1);
  const error = Math.max(...excess.flat().map(Math.abs));
  if (!(error < 1e-6)) {
    throw new RangeError(
      `transformDecoder: R must be orthogonal, but an entry of I - R'R is ${error} in absolute value`,
    );
  }
  return decoder.map((layer, at) => at === 0 ? { ...layer, weight: product(rotation, layer.weight) } : layer);
}

/** Powers of the adjacency matrix: after d squarings everything that can be reached is. */
function mixedComponents(rotation: Matrix): number[][] {
  const mixes = rotation.map((row) => row.map((entry) => (Math.abs(entry) > rounding ? 1 : 0)));
  let reach = product(transpose(mixes), mixes);
  for (const _ of rotation) {
    reach = product(reach, reach).map((row) => row.map((paths) => Math.min(paths, 1)));
  }
  const components = reach.map((row) => row.flatMap((paths, k) => (paths > 0 ? [k] : [])));
  return components.filter((component, k) => component[0] === k);
}

/** R(‖z‖): the plane rotations multiplied, the first of them rightmost. */
function turn(rates: Vector, z: Vector): Matrix {
  const d = z.length, squares = trace(product(column(z), [[...z]]));
  const pairs = z.flatMap((_, i) => z.slice(i + 1).map((_, k) => [i, i + 1 + k] as const));
  return pairs.reduce<Matrix>((r, [i, k], at) => {
    const angle = rates[at]! * squares;
    const plane = tabulate(d, d, (p, q) => {
      if (p === q) return p === i || p === k ? Math.cos(angle) : 1;
      return p === k && q === i ? Math.sin(angle) : p === i && q === k ? -Math.sin(angle) : 0;
    });
    return product(plane, r);
  }, tabulate(d, d, (p, q) => (p === q ? 1 : 0)));
}

function turned(r: Matrix, z: Vector): number[] {
  return product(r, column(z)).flat();
}

function column(v: Vector): number[][] {
  return v.map((entry) => [entry]);
}

function diagonal(v: Vector): number[][] {
  return tabulate(v.length, v.length, (i, j) => (i === j ? v[i]! : 0));
}
