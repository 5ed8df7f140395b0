/**
 * A5: every engine against one float64 reference, and against itself.
 *
 * Why a reference, and not two engines side by side: a law sees one subject. Where each engine keeps the tolerance of its own
 * precision, any two differ by at most the sum, and it is plain which of them is wrong when one is.
 *
 * @module
 */

import fc from "fast-check";
import { batchSize, between, dataSize, listOf, matrix, real, sizeUpTo, vector } from "../arbitrary/number.ts";
import { type FullCase, hardCase } from "../arbitrary/hard_case.ts";
import { likelihood, logit } from "../arbitrary/likelihood.ts";
import { spd, type SpdCase } from "../arbitrary/spd.ts";
import { clause, law, tex, type Tolerance, tolerance } from "../../contract/mod.ts";
import type { LikelihoodSpec, Matrix } from "../../contract/subject.ts";
import { multiply, sum, symmetricFunction, tabulate, transpose } from "../reference/algebra.ts";
import { type LikelihoodError, likelihoodError } from "../taylor/term_tolerance.ts";
import { inverseTolerance } from "../tolerance.ts";

/** Batches of SPD matrices with right-hand sides `[d][k]`. */
const systems = fc.tuple(sizeUpTo(1, 6, 12), sizeUpTo(1, 3, 9), batchSize).chain(([d, k, batch]) =>
  listOf(batch, fc.record({ a: spd(d), b: matrix(d, k, 2) }))
);

/** (1 − c) I + c 11ᵀ with c = 1 − 2⁻³⁰: in float32 all entries are 1, and nothing but a refusal is right. */
const nearlySingular = [[{
  a: {
    matrix: tabulate(3, 3, (i, j) => (i === j ? 1 : 1 - 2 ** -30)),
    eigenvalues: [3 - 2 ** -29, 2 ** -30, 2 ** -30],
    kappa: 3 * 2 ** 30 - 2,
  },
  b: [[1], [0], [0]],
}]];

/** What rounding the entries of A does to what is computed from it, relative to its size. */
function conditioned(
  because: string,
  { matrix: a, kappa }: SpdCase,
  epsilon: number,
  scale: number,
): Tolerance {
  return tolerance(because, { c: 4 * a.length * (a.length + 2), kappa, epsilon, scale });
}

/** A⁻¹ by eigenvalues, which shares no step with a Cholesky factorisation. */
function inverseOf({ matrix: a }: SpdCase): number[][] {
  return symmetricFunction(a, (value) => 1 / value);
}

const factors = clause({
  says:
    "Cholesky factors of a batch are lower triangular with a positive diagonal, and LLᵀ = A whatever the condition number",
  needs: ["cholesky"],
  given: systems,
  examples: nearlySingular,
  examine: async ({ cholesky }, given, expect) => {
    const cases = given.map(({ a }) => a);
    expect.refusable = cases.some((a) => !conditioned("", a, expect.epsilon, 1).resolved);
    const factors = await cholesky(cases.map(({ matrix: a }) => a));
    expect.is("factors", factors.length, cases.length);
    cases.forEach(({ matrix: a, eigenvalues }, i) => {
      const l = factors[i]!;
      const slack = expect.rounding("LLᵀ: the backward error of the factorisation", {
        c: 4 * (a.length + 2),
        scale: Math.max(...eigenvalues),
      });
      expect.closeMatrix(`LLᵀ [${i}]`, multiply(l, transpose(l)), a, slack);
      l.forEach((row, j) => {
        expect.is("diagonal is positive", row[j]! > 0, true);
        row.slice(j + 1).forEach((entry) => expect.is("entry above the diagonal", entry === 0, true));
      });
    });
  },
});

const determinants = clause({
  says: "log|A| of a batch is the sum of the logarithms of the eigenvalues that A was made of",
  needs: ["logDeterminant"],
  given: systems,
  examine: async ({ logDeterminant }, given, expect) => {
    const cases = given.map(({ a }) => a);
    expect.refusable = cases.some((a) => !conditioned("", a, expect.epsilon, 1).resolved);
    const values = await logDeterminant(cases.map(({ matrix: a }) => a));
    cases.forEach((a, i) => {
      const logs = a.eigenvalues.map(Math.log);
      const scale = a.eigenvalues.length + sum(logs.map(Math.abs)) / a.kappa;
      const slack = conditioned(
        "log|A|: rounding of A over its smallest eigenvalue",
        a,
        expect.epsilon,
        scale,
      );
      const lossy = !expect.promises.includes("graded determinants");
      expect.close(`log|A| [${i}]`, values[i] ?? NaN, sum(logs), { ...slack, lossy });
    });
  },
});

/** Rounding of A⁻¹. */
function inverseSlack({ matrix, kappa, eigenvalues }: SpdCase, epsilon: number): Tolerance {
  return inverseTolerance(matrix.length, kappa, epsilon, 1 / Math.min(...eigenvalues));
}

const inverses = clause({
  says: "A⁻¹ of a batch is that by eigenvalues",
  needs: ["inverse"],
  given: systems,
  examples: nearlySingular,
  examine: async ({ inverse }, given, expect) => {
    const cases = given.map(({ a }) => a);
    const slack = cases.map((a) => inverseSlack(a, expect.epsilon));
    expect.refusable = slack.some(({ resolved }) => !resolved);
    const inverted = await inverse(cases.map(({ matrix: a }) => a));
    expect.is("inverses", inverted.length, cases.length);
    cases.forEach((a, i) => expect.closeMatrix(`A⁻¹ [${i}]`, inverted[i]!, inverseOf(a), slack[i]!));
  },
});

const solutions = clause({
  says: "A⁻¹B of a batch is that by eigenvalues",
  needs: ["solve"],
  given: systems,
  examples: nearlySingular,
  examine: async ({ solve }, given, expect) => {
    const slack = given.map(({ a }) => inverseSlack(a, expect.epsilon));
    expect.refusable = slack.some(({ resolved }) => !resolved);
    const solved = await solve(given.map(({ a }) => a.matrix), given.map(({ b }) => b));
    expect.is("solutions", solved.length, given.length);
    given.forEach(({ a, b }, i) => {
      // Entries of B are at most 2.
      const wider = { ...slack[i]!, value: 2 * a.matrix.length * slack[i]!.value };
      expect.closeMatrix(`A⁻¹B [${i}]`, solved[i]!, multiply(inverseOf(a), b), wider);
    });
  },
});

/** Likelihoods with data and outputs: logits up to ±80. */
const outputs = fc.tuple(likelihood, batchSize, dataSize)
  .chain(([spec, batch, data]) => {
    const rows = (entry: fc.Arbitrary<number>): fc.Arbitrary<number[][]> =>
      listOf(batch, listOf(data, entry));
    const binary = spec.kind === "bernoulli";
    return fc.record({
      spec: fc.constant(spec),
      x: rows(binary ? fc.oneof(fc.constantFrom(0, 1), between(0, 1)) : real(3)),
      g: rows(binary ? logit : real(5)),
    });
  });

/** The likelihood at every output `[batch][data]`, with bounds for outputs that are rounded themselves. */
function likelihoodsOf(
  { spec, x, g }: { readonly spec: LikelihoodSpec; readonly x: Matrix; readonly g: Matrix },
  epsilon: number,
): LikelihoodError[][] {
  return g.map((row, b) =>
    row.map((value, k) =>
      likelihoodError(spec, x[b]![k]!, { value, error: epsilon * Math.abs(value) }, epsilon)
    )
  );
}

function likelihoodSlack(error: number, epsilon: number): Tolerance {
  return tolerance("running error of the likelihood", { c: 0, epsilon, floor: 2 * error });
}

const densities = clause({
  says: "log p is that of the formulas, example by example, saturated logits included",
  needs: ["logDensity"],
  given: outputs,
  examine: async ({ logDensity }, given, expect) => {
    const found = await logDensity(given.spec, given.x, given.g);
    likelihoodsOf(given, expect.epsilon).forEach((row, b) => {
      const loss = sum(row.map(({ loss: { value } }) => value));
      const total = sum(
        row.map(({ loss: { value, error } }) => error + 4 * expect.epsilon * row.length * Math.abs(value)),
      );
      expect.close(`log p [${b}]`, found[b] ?? NaN, -loss, likelihoodSlack(total, expect.epsilon));
    });
  },
});

const slopes = clause({
  says: "the gradient of log p is that of the formulas",
  needs: ["logDensityGradient"],
  given: outputs,
  examine: async ({ logDensityGradient }, given, expect) => {
    const found = await logDensityGradient(given.spec, given.x, given.g);
    likelihoodsOf(given, expect.epsilon).forEach((row, b) =>
      row.forEach(({ slope: { value, error } }, k) =>
        expect.close(`∂ log p [${b}][${k}]`, found[b]![k]!, -value, likelihoodSlack(error, expect.epsilon))
      )
    );
  },
});

const weights = clause({
  says: "the curvature of log p is that of the formulas",
  needs: ["curvature"],
  given: outputs,
  examine: async ({ curvature }, given, expect) => {
    const found = await curvature(given.spec, given.x, given.g);
    likelihoodsOf(given, expect.epsilon).forEach((row, b) =>
      row.forEach(({ weight: { value, error } }, k) =>
        expect.close(`w [${b}][${k}]`, found[b]![k]!, value, likelihoodSlack(error, expect.epsilon))
      )
    );
  },
});

/** Every number in a value. */
export function numbers(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbers) : [];
}

const again = clause({
  says: "asked the same twice, it gives the same bits: losses, gradients, Jacobians, samples of a seed",
  needs: ["objectives.beta-vae", "objectives.grae", "jacobian", "sample"],
  given: fc.record({ given: hardCase, seed: fc.nat(), z: vector(8, 2) }),
  atMost: 40,
  examine: async ({ objectives, jacobian, sample }, { given, seed, z }, expect) => {
    const { decoder, latent } = given.model;
    const family = { kind: "mean-field" } as const;
    const mean = z.slice(0, latent), raw = mean.map((entry) => entry / 2);
    const ask = async (full: FullCase): Promise<number[]> =>
      numbers([
        await objectives["beta-vae"](full),
        await objectives.grae(full),
        await jacobian(decoder, [mean]),
        await sample(family, mean, raw, seed, 5),
      ]);
    const first = await ask(given), second = await ask(given);
    expect.is("numbers", second.length, first.length);
    first.forEach((value, i) => expect.is(`number ${i}`, Object.is(second[i], value), true));
  },
});

export const A5 = law({
  id: "A5",
  title: "Engines agree",
  statement:
    "every operation, on every engine, is within the tolerance of its precision of one float64 reference, so that two engines differ by at most the sum; and each repeats itself bit for bit",
  tex:
    tex`\left|y_{\text{engine}}-y\right|\le\tau(\varepsilon_{\text{engine}})\;\Rightarrow\;\left|y_{\text{engine}}-y_{\text{engine}'}\right|\le\tau(\varepsilon_{\text{engine}})+\tau(\varepsilon_{\text{engine}'})`,
  source: "the implementation",
  kind: "identity",
  assumptions: ["networks and objectives: A1 and A2"],
  clauses: [factors, determinants, inverses, solutions, densities, slopes, weights, again],
});
