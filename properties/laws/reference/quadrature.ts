/**
 * Expectations under Gaussians by the trapezoidal rule, which for functions analytic in a strip of half-width a converges
 * like exp(−2πa/h).
 *
 * Source: L. N. Trefethen, J. A. C. Weideman, The Exponentially Convergent Trapezoidal Rule, SIAM Review 56, 2014.
 *
 * @module
 */

/** Nodes `[node][d]` and weights of an expectation over u ~ N(0, I). */
export interface Rule {
  readonly nodes: readonly (readonly number[])[];
  readonly weights: readonly number[];
}

/** The product rule in d dimensions with spacing h over |u| ≤ 8.5, beyond which N(0, 1) has less than 2⁻⁵³ of its mass. */
export function gaussianRule(d: number, h: number): Rule {
  const half = Math.floor(8.5 / h);
  const line = Array.from({ length: 2 * half + 1 }, (_, k) => (k - half) * h);
  const density = line.map((u) => h * Math.exp(-u * u / 2) / Math.sqrt(2 * Math.PI));
  let rule: Rule = { nodes: [[]], weights: [1] };
  for (let axis = 0; axis < d; axis++) {
    const { nodes, weights } = rule;
    rule = {
      nodes: nodes.flatMap((node) => line.map((u) => [...node, u])),
      weights: weights.flatMap((weight) => density.map((value) => weight * value)),
    };
  }
  return rule;
}
