import { assert, assertAlmostEquals } from "@std/assert";
import { CholeskyDecomposition, inverse, Matrix } from "ml-matrix";
import { read, startEngine, tf } from "../../lib/engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { family } from "../../lib/model/mod.ts";
import { planeRotation } from "../../lib/symmetry/mod.ts";
import {
  type EnsembleDescription,
  ensembleLosses,
  type EnsembleParameters,
  turnEnsemble,
} from "./ensemble.ts";
import { linearLoss } from "./linear_loss.ts";
import { observe } from "./parts.ts";

await startEngine("wasm");

const [DATA, NOISE, BETA, EXAMPLES] = [4, 0.5, 0.7, 1024];
const TRUTH = [[1, 0.2], [0, 1], [0.5, 0], [0, 0.3]];
// Columns that are not orthogonal: a turn by θ and one by −θ cost differently.
const ESTIMATE = [[1, 0.5], [0.4, 0.3], [0.3, -0.2], [0, 0.1]];
const describe = (members: number, spread: EnsembleDescription["spread"]): EnsembleDescription => ({
  members,
  data: DATA,
  latent: 2,
  activation: "identity",
  noise: NOISE,
  spread,
});

const symmetric = (m: Matrix): Matrix => Matrix.add(m, m.transpose()).mul(0.5);

/** An ensemble of one: the decoder A with the best linear encoder, C = (βσ²I + AᵀA)⁻¹Aᵀ. */
function optimum(): EnsembleParameters {
  const a = new Matrix(ESTIMATE);
  const c = inverse(Matrix.add(a.transpose().mmul(a), Matrix.eye(2, 2, BETA * NOISE ** 2))).mmul(
    a.transpose(),
  );
  return [
    tf.tensor(a.transpose().to1DArray(), [1, 2, DATA]),
    tf.zeros([1, 1, DATA]),
    tf.tensor(c.transpose().to1DArray(), [1, DATA, 2]),
    tf.zeros([1, 1, 2]),
    tf.zeros([1, 2, 2]),
  ];
}

Deno.test("a model turned by either angle, with its best Σ, measures as the closed form of the turned decoder", async () => {
  const angles = [0.4, -0.4];
  const rotations = angles.map((angle) => planeRotation(2, 0, 1, angle));
  const values = { "mean-field": [] as number[], factor: [] as number[] };
  for (const name of ["mean-field", "factor"] as const) {
    const description = describe(2, name === "factor" ? name : family(name, 2));
    const turned = turnEnsemble(optimum(), [rotations], description);
    // Σ⁻¹ = I + RAᵀARᵀ/(βσ²), or its diagonal.
    const spread = rotations.flatMap((rotation) => {
      const r = new Matrix(rotation);
      const a = new Matrix(ESTIMATE).mmul(r.transpose());
      const precision = Matrix.add(a.transpose().mmul(a).mul(1 / (BETA * NOISE ** 2)), Matrix.eye(2, 2));
      return name === "factor"
        ? new CholeskyDecomposition(symmetric(inverse(precision))).lowerTriangularMatrix.transpose()
          .to1DArray()
        : precision.diagonal().map((p) => -0.5 * Math.log(p));
    });
    const [a, b, c, d, narrow] = turned;
    const best: EnsembleParameters = [a, b, c, d, tf.tensor(spread, narrow.shape)];
    const one = observe(TRUTH, "identity", NOISE, EXAMPLES, key(1));
    // The second moment of the examples is made WWᵀ + σ²I by a linear map, so that nothing is left to sampling.
    const x = new Matrix(
      Array.from({ length: EXAMPLES }, (_, i) => [...one.subarray(DATA * i, DATA * (i + 1))]),
    );
    const w = new Matrix(TRUTH);
    const wanted = Matrix.add(w.mmul(w.transpose()), Matrix.eye(DATA, DATA, NOISE ** 2));
    const root = (m: Matrix): Matrix => new CholeskyDecomposition(m).lowerTriangularMatrix;
    const map = root(wanted).mmul(inverse(root(x.transpose().mmul(x).mul(1 / EXAMPLES))));
    const data = x.mmul(map.transpose()).to1DArray();
    const examples = tf.tensor([...data, ...data], [2, EXAMPLES, DATA]);
    const losses = await ensembleLosses(description, best, examples, BETA, 1);
    rotations.forEach((rotation, i) => {
      const estimate = ESTIMATE.map((row) => rotation.map((r) => r[0]! * row[0]! + r[1]! * row[1]!));
      const wantedLoss = linearLoss(estimate, TRUTH, {
        noise: NOISE,
        beta: BETA,
        family: family(name === "factor" ? "full" : name, 2),
      });
      assertAlmostEquals(losses[i]!, wantedLoss, 1e-4, `${name} ${angles[i]}`);
      values[name].push(wantedLoss);
    });
  }
  const [one, other] = values["mean-field"];
  assert(Math.abs(one! - other!) > 0.01, "the test must tell a turn from its reverse");
});

Deno.test("turned models decode turned latents as the unturned decode theirs, member by member and angle by angle", async () => {
  const description = describe(4, family("mean-field", 2));
  const at = optimum();
  const two = at.map((t) => tf.concat([t, tf.mul(2, t)], 0)) as unknown as EnsembleParameters;
  const rotations = [0, 0.3].map((shift) => [0.1, 1].map((angle) => planeRotation(2, 0, 1, angle + shift)));
  const turned = turnEnsemble(two, rotations, description);
  const product = await read(tf.matMul(turned[2], turned[0]));
  const own = await read(tf.matMul(at[2], at[0]));
  // (CRᵀ)(RA) = CA; of the second member, 2C and 2A.
  product.forEach((v, i) =>
    assertAlmostEquals(v, (i < 2 * DATA * DATA ? 1 : 4) * own[i % (DATA * DATA)]!, 1e-6)
  );
  const decoder = await read(turned[0]);
  for (const [m, k] of [[0, 0], [0, 1], [1, 0], [1, 1]] as const) {
    const r = rotations[m]![k]!;
    const first = r[0]![0]! * ESTIMATE[0]![0]! + r[0]![1]! * ESTIMATE[0]![1]!;
    assertAlmostEquals(decoder[(2 * m + k) * 2 * DATA]!, (m + 1) * first, 1e-6);
  }
});
