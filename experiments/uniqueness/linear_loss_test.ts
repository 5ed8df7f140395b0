import { assert, assertAlmostEquals } from "@std/assert";
import { normal, read, startEngine, tf } from "../../lib/engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { bindModel, describeModel, family, gaussian, withOptimalPosterior } from "../../lib/model/mod.ts";
import { taylorJacobianLoss } from "../../lib/objective/mod.ts";
import { planeMeanFieldGap, planeRotation } from "../../lib/symmetry/mod.ts";
import { linearLoss } from "./linear_loss.ts";
import { smallestNorm, trueModel } from "./parts.ts";

await startEngine("wasm");

const NOISE = 0.05;
const turned = (a: readonly (readonly number[])[], angle: number): number[][] => {
  const r = planeRotation(2, 0, 1, angle);
  return a.map((row) => [0, 1].map((j) => row[0]! * r[0]![j]! + row[1]! * r[1]![j]!));
};

Deno.test("the closed form is the library's loss with the best encoder, on data of exactly the covariance of x", async () => {
  // The rows √n S^½ have the second moment S = WWᵀ + σ²I exactly; a diagonal W makes the root plain.
  const [n, d, noise, beta] = [4, 4, 0.5, 0.7];
  const w = [2, 1, 0.5, 0.25];
  const truth = w.map((v, i) => w.map((_, j) => (i === j ? v : 0)));
  const estimate = Array.from({ length: n }, (_, i) => [...normal(key(i), d)]);
  const x = tf.tensor(
    w.flatMap((v, i) => w.map((_, j) => (i === j ? Math.sqrt(n * (v * v + noise * noise)) : 0))),
    [n, n],
  );
  // The best h(x) = (βσ²I + AᵀA)⁻¹Aᵀx, found by descent on ‖x − Ah‖²/2σ² + β‖h‖²/2, which knows no inverse.
  let c = estimate[0]!.map(() => new Array<number>(n).fill(0));
  for (let step = 0; step < 20_000; step++) {
    const residual = estimate.map((row, i) =>
      row.map((_, k) => (i === k ? 1 : 0) - row.reduce((s, a, j) => s + a * c[j]![k]!, 0))
    );
    c = c.map((row, j) =>
      row.map((v, k) =>
        v + 0.01 * (estimate.reduce((s, a, i) => s + a[j]! * residual[i]![k]!, 0) / noise ** 2 - beta * v)
      )
    );
  }
  const description = describeModel({
    data: n,
    latent: d,
    hidden: [],
    activation: "identity",
    likelihood: gaussian(noise ** 2),
    family: null,
  });
  const transposed = (a: readonly (readonly number[])[]): number[] =>
    a[0]!.flatMap((_, j) => a.map((row) => row[j]!));
  const model = bindModel(description, [
    tf.tensor(transposed(c), [n, d]),
    tf.zeros([d]),
    tf.tensor(transposed(estimate), [d, n]),
    tf.zeros([n]),
  ]);
  for (
    const q of [family("isotropic", d), family("mean-field", d), family("block", d, 2), family("full", d)]
  ) {
    const best = withOptimalPosterior(model, q, beta);
    const found = (await read(taylorJacobianLoss(best, x, key(0), beta).loss))[0]!;
    assertAlmostEquals(
      linearLoss(estimate, truth, { noise, beta, family: q }),
      found,
      1e-4 * Math.abs(found),
      q.name,
    );
  }
});

Deno.test("turning W costs the mean-field family U5's closed form, and the full and isotropic families nothing", () => {
  const { weights: truth } = trueModel("distinct", 6, 2, key(1));
  const precisions = [1, smallestNorm(2)].map((norm) => 1 + norm ** 2 / NOISE ** 2);
  for (const angle of [0, 0.3, Math.PI / 4, 1.2]) {
    const cost = (name: "isotropic" | "mean-field" | "full"): number => {
      const at = (estimate: number[][]): number =>
        linearLoss(estimate, truth, { noise: NOISE, beta: 1, family: family(name, 2) });
      return at(turned(truth, angle)) - at(truth.map((row) => [...row]));
    };
    assertAlmostEquals(cost("mean-field"), planeMeanFieldGap(precisions, angle, 1), 1e-10);
    assertAlmostEquals(cost("full"), 0, 1e-10);
    assertAlmostEquals(cost("isotropic"), 0, 1e-10);
  }
});

Deno.test("at β = 1 the full family has no better decoder than W: it is −E log p(x) there, and above it elsewhere", () => {
  const { weights: truth } = trueModel("generic", 6, 2, key(2));
  const at = (estimate: readonly (readonly number[])[]): number =>
    linearLoss(estimate, truth, { noise: NOISE, beta: 1, family: family("full", 2) });
  // The entropy of N(0, WWᵀ + σ²I), whose eigenvalues are s² + σ² and σ².
  const eigenvalues = [1, smallestNorm(2) ** 2].map((s) => s + NOISE ** 2).concat(
    new Array<number>(4).fill(NOISE ** 2),
  );
  const entropy = eigenvalues.reduce((sum, v) => sum + 0.5 * Math.log(2 * Math.PI * Math.E * v), 0);
  assertAlmostEquals(at(truth), entropy, 1e-10);
  for (let i = 0; i < 20; i++) {
    const moved = truth.map((row, k) => row.map((v, j) => v + 0.1 * normal(key(100 + i), 12)[2 * k + j]!));
    assert(at(moved) > entropy, `${i}`);
  }
});
