/**
 * Gauss quadrature, and expectations over Gaussian and uniform variables of few dimensions.
 *
 * Source: G. Golub, J. Welsch, Calculation of Gauss Quadrature Rules, 1969; W. Gautschi, Orthogonal Polynomials, 2004.
 *
 * @module
 */

import { EigenvalueDecomposition, Matrix as Dense } from "ml-matrix";
import type { Matrix, Vector } from "../contract/subject.ts";
import { real } from "./arithmetic.ts";

/** E f(u) ≈ Σ_i weights_i f(points_i) */
export interface Rule {
  /** In increasing order, symmetric about 0. */
  readonly points: Vector;
  /** Positive, with sum 1. */
  readonly weights: Vector;
}

/**
 * The rule for a standard normal variable, exact for polynomials of degree up to 2·nodes − 1. Hermite polynomials,
 * orthonormal under N(0, 1): u p_k = √(k+1) p_(k+1) + √k p_(k−1).
 *
 * ```ts
 * import { gaussHermite } from "./quadrature.ts";
 * const { points, weights } = gaussHermite(3);
 * const fourthMoment = points.reduce((sum, u, i) => sum + weights[i]! * u ** 4, 0);
 * console.assert(Math.abs(fourthMoment - 3) < 1e-14);
 * ```
 */
export function gaussHermite(nodes: number): Rule {
  return gauss(nodes, (k) => Math.sqrt(k));
}

/**
 * The rule for a variable uniform on [−1, 1], exact for polynomials of degree up to 2·nodes − 1. Legendre polynomials,
 * orthonormal under that law: the coefficients are k/√(4k² − 1).
 */
export function gaussLegendre(nodes: number): Rule {
  return gauss(nodes, (k) => k / Math.sqrt(4 * k * k - 1));
}

/**
 * E f(z) for z = mean + factor·u with independent u_i, each integrated by its rule: `mean` `[latent]`, `factor`
 * `[latent][rules]`. For a factor L of Σ = L Lᵀ and normal rules this is the expectation under N(mean, Σ); for uniform
 * rules z is uniform on a parallelepiped. Costs the product of the rules' sizes.
 */
export function expectation(
  rules: readonly Rule[],
  mean: Vector,
  factor: Matrix,
  f: (z: Vector) => number,
): number {
  const inner = (u: Vector): number => {
    const rule = rules[u.length];
    if (rule === undefined) return f(mean.map((m, i) => real.affine(factor[i]!, u, m)));
    return rule.points.reduce((sum, point, i) => sum + rule.weights[i]! * inner([...u, point]), 0);
  };
  return inner([]);
}

/**
 * The Gauss rule of a symmetric probability law whose orthonormal polynomials obey
 * u p_k = b_(k+1) p_(k+1) + b_k p_(k−1). The points are the eigenvalues of the Jacobi matrix, improved by a Newton step;
 * the weights are 1/Σ_k p_k(point)², which keeps the relative accuracy of the smallest ones.
 */
function gauss(nodes: number, coefficient: (k: number) => number): Rule {
  const jacobi = Dense.zeros(nodes, nodes);
  for (let k = 1; k < nodes; k++) {
    jacobi.set(k, k - 1, coefficient(k));
    jacobi.set(k - 1, k, coefficient(k));
  }
  const roots = new EigenvalueDecomposition(jacobi, { assumeSymmetric: true }).realEigenvalues
    .map((root) => root - newtonStep(root, nodes, coefficient))
    .sort((p, q) => p - q);
  const points = roots.map((root, i) => (root - roots[nodes - 1 - i]!) / 2);
  return {
    points,
    weights: points.map((point) => 1 / polynomials(point, nodes, coefficient).sumOfSquares),
  };
}

/** p_n/p_n' at u, from p_n' b_n p_(n−1) = Σ_(k<n) p_k² at a root (Christoffel and Darboux). */
function newtonStep(u: number, nodes: number, coefficient: (k: number) => number): number {
  const { next, last, sumOfSquares } = polynomials(u, nodes, coefficient);
  return next * last / sumOfSquares;
}

/** At u: b_n p_n, p_(n−1), and Σ_(k<n) p_k². */
function polynomials(
  u: number,
  nodes: number,
  coefficient: (k: number) => number,
): { readonly next: number; readonly last: number; readonly sumOfSquares: number } {
  let previous = 0, current = 1, sumOfSquares = 1;
  for (let k = 1; k < nodes; k++) {
    const following = (u * current - (k > 1 ? coefficient(k - 1) * previous : 0)) / coefficient(k);
    previous = current;
    current = following;
    sumOfSquares += current * current;
  }
  const next = u * current - (nodes > 1 ? coefficient(nodes - 1) * previous : 0);
  return { next, last: current, sumOfSquares };
}
