import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { foldIn, type Key, normal, normalTensor, read, startEngine, tf } from "../../lib/engine/mod.ts";
import { falseAlarm, suiteKey as key } from "../../fixtures/suite_seed.ts";
import {
  bindModel,
  describeModel,
  type Family,
  family,
  gaussian,
  klToPrior,
  posteriorOfRoot,
  rawSize,
} from "../../lib/model/mod.ts";
import { dense, sequential } from "../../lib/network/mod.ts";
import { betaVaeLossAt } from "../../lib/objective/mod.ts";
import { NonFiniteLossError } from "../../lib/training/mod.ts";
import {
  ACTIVATE,
  bindEnsemble,
  cubature,
  CUBATURE_POINTS,
  type EnsembleDescription,
  ensembleLosses,
  type EnsembleParameters,
  posteriorOfSquareFactor,
  startEnsemble,
  turnEnsemble,
} from "./ensemble.ts";

await startEngine("wasm");

/** Another Σ. */
const withSpread = (
  [a, b, c, d]: EnsembleParameters,
  spread: tf.Tensor,
): EnsembleParameters => [a, b, c, d, spread];
const describe = (spread: Family | "factor", members = 3): EnsembleDescription => ({
  members,
  data: 6,
  latent: 4,
  activation: "tanh",
  noise: 0.5,
  spread,
});
const keys = (): Key[] => [0, 1, 2].map((i) => foldIn(key(1), i));

Deno.test("an ensemble's terms are those of the library's own models, member by member, in every family", async () => {
  const batch = 5;
  for (
    const spread of [
      family("isotropic", 4),
      family("mean-field", 4),
      family("block", 4, 2),
      family("full", 4),
    ]
  ) {
    const size = rawSize(spread, 4);
    const raw = normalTensor(key(2), [3, size]);
    const start = startEnsemble(describe(spread), keys());
    const x = normalTensor(key(3), [3 * batch, 6]);
    const noise = normalTensor(key(4), [2, 3 * batch, 4]);
    const ofEnsemble = betaVaeLossAt(bindEnsemble(describe(spread), withSpread(start, raw)), x, noise, 0.7);
    for (let i = 0; i < 3; i++) {
      const pick = (t: tf.Tensor, shape: number[]): tf.Tensor =>
        tf.reshape(tf.slice(t, [i, ...t.shape.slice(1).fill(0)], [1, ...t.shape.slice(1)]), shape);
      const description = describeModel({
        data: 6,
        latent: 4,
        hidden: [],
        activation: "tanh",
        likelihood: gaussian(0.25),
        family: spread,
      });
      // The library's decoders end in a linear layer: one of the identity stands behind the bent one.
      const decoder = sequential([dense(4, 6, "tanh")]);
      const alone = bindModel({ ...description, decoder }, [
        tf.concat([pick(start[2], [6, 4]), tf.zeros([6, size])], 1),
        tf.concat([pick(start[3], [4]), pick(raw, [size])], 0),
        pick(start[0], [4, 6]),
        tf.zeros([6]),
      ]);
      const rows = tf.slice(x, [i * batch, 0], [batch, 6]);
      const own = betaVaeLossAt(alone, rows, tf.slice(noise, [0, i * batch, 0], [2, batch, 4]), 0.7);
      for (const [name, term] of Object.entries(own.terms)) {
        const found = (await read(ofEnsemble.terms[name]!)).subarray(i * batch, (i + 1) * batch);
        (await read(term)).forEach((v, k) =>
          assertAlmostEquals(found[k]!, v, 1e-5 * Math.max(1, Math.abs(v)))
        );
      }
    }
  }
});

Deno.test("a square factor that is triangular gives the posterior of that root", async () => {
  const columns = tf.tensor([2, 0.5, 0, 0.3], [1, 2, 2]);
  const mean = tf.tensor([1, 2, 3, 4], [2, 2]);
  const noise = tf.tensor(normal(key(5), 4), [2, 2]);
  const repeat = (t: tf.Tensor): tf.Tensor => tf.concat([t, t], 0);
  const [a, b] = [posteriorOfSquareFactor(mean, columns, repeat), posteriorOfRoot(mean, repeat(columns))];
  for (
    const [found, wanted] of [
      [a.sample(noise), b.sample(noise)],
      [a.covariance(), b.covariance()],
      [klToPrior(a), klToPrior(b)],
    ] as const
  ) {
    const values = await read(wanted);
    (await read(found)).forEach((v, i) => assertAlmostEquals(v, values[i]!, 1e-5));
  }
});

Deno.test("every member starts with a Σ of its own that is .09 I in every family", async () => {
  for (
    const spread of [family("isotropic", 4), family("block", 4, 2), family("full", 4), "factor"] as const
  ) {
    const model = bindEnsemble(describe(spread), startEnsemble(describe(spread), keys()));
    const sigma = await read(model.posterior(normalTensor(key(6), [6, 6])).covariance());
    sigma.forEach((v, i) => assertAlmostEquals(v, i % 16 % 5 === 0 ? 0.09 : 0, 1e-7));
  }
});

Deno.test("decoders and encoders start with independent normal numbers of deviation 0.2, and turned models with Σ = .0025 I", async () => {
  const wide: EnsembleDescription = { ...describe(family("mean-field", 40), 1), data: 250, latent: 40 };
  const start = startEnsemble(wide, [key(9)]);
  const [a, c] = await Promise.all([read(start[0]), read(start[2])]);
  const mean = (values: (i: number) => number): number =>
    Array.from(a!, (_, i) => values(i)).reduce((sum, value) => sum + value, 0) / a!.length;
  falseAlarm(1e-7);
  // Of 10,000 numbers a mean square is off by √(2/10,000), and a mean product by 1/100; six such errors.
  for (const values of [a!, c!]) assertAlmostEquals(mean((i) => (values[i]! / 0.2) ** 2), 1, 0.085);
  assertAlmostEquals(mean((i) => a![i]! * c![i]! / 0.04), 0, 0.06);
  const description = describe(family("full", 2), 2), two = { ...description, latent: 2 };
  const identity = [[1, 0], [0, 1]];
  const turned = turnEnsemble(startEnsemble(two, keys().slice(0, 2)), [[identity], [identity]], two);
  const sigma = await read(bindEnsemble(two, turned).posterior(normalTensor(key(6), [4, 6])).covariance());
  sigma.forEach((v, i) => assertAlmostEquals(v, i % 4 % 3 === 0 ? 0.0025 : 0, 1e-8));
});

const six = (members: number, latent: number): EnsembleDescription => ({
  ...describe(family("mean-field", latent), members),
  latent,
});

Deno.test("a member's loss is the same alone and in an ensemble so large that it is measured in pieces", async () => {
  for (const latent of [2, 3]) {
    // 8192 rows at once: of 20 members 409 examples, of one all 1024.
    const [members, examples] = [20, 1024];
    const data = normalTensor(key(3), [1, examples, 6]);
    const keys = (count: number) => Array.from({ length: count }, () => foldIn(key(2), 0));
    const one = six(1, latent), all = six(members, latent);
    const [alone] = await ensembleLosses(one, startEnsemble(one, keys(1)), data, 1, 7);
    const together = await ensembleLosses(
      all,
      startEnsemble(all, keys(members)),
      tf.tile(data, [members, 1, 1]),
      1,
      7,
    );
    for (const loss of together) assertAlmostEquals(loss, alone!, 1e-4 * Math.abs(alone!));
  }
});

Deno.test("a loss is measured on a member's first 1,024 examples", async () => {
  const one = six(1, 2), start = startEnsemble(one, [key(1)]);
  const loss = async (changed: number): Promise<number> => {
    const far = tf.tensor(Array.from({ length: 1030 }, (_, i) => (i === changed ? 1 : 0)));
    const data = tf.add(normalTensor(key(3), [1, 1030, 6]), tf.mul(100, tf.reshape(far, [1, 1030, 1])));
    return (await ensembleLosses(one, start, data, 1, 7))[0]!;
  };
  const [last, next, other] = [await loss(1023), await loss(1024), await loss(1029)];
  assertEquals([next === other, last > next! + 1], [true, true], `${last}, ${next}, ${other}`);
});

Deno.test("a loss that is not finite is refused, with what to do", async () => {
  const one = six(1, 2);
  const start = startEnsemble(one, [key(1)]);
  await assertRejects(
    () =>
      ensembleLosses(
        one,
        withSpread(start, tf.tensor([1e4, 1e4], [1, 2])),
        normalTensor(key(3), [1, 8, 6]),
        1,
        7,
      ),
    NonFiniteLossError,
    "training: the loss must be finite, but after step 7 it is ",
  );
});

Deno.test("ν is the same on tensors as on numbers", async () => {
  const u = [-2, -0.5, 0, 0.5, 2];
  for (const { ofNumber, ofTensor } of Object.values(ACTIVATE)) {
    const found = [...await ofTensor(tf.tensor(u)).data()];
    u.forEach((v, i) => assertAlmostEquals(found[i]!, ofNumber(v), 1e-6));
  }
});

Deno.test("every example's points have the moments of N(0, I) up to the fifth, whichever way they are turned", async () => {
  const noise = cubature(key(1), 3);
  assertEquals(noise.shape, [CUBATURE_POINTS, 3, 2]);
  const values = await read(noise);
  const normalMoment = [1, 0, 1, 0, 3, 0];
  for (let example = 0; example < 3; example++) {
    for (let i = 0; i <= 5; i++) {
      for (let j = 0; i + j <= 5; j++) {
        let sum = 0;
        for (let s = 0; s < CUBATURE_POINTS; s++) {
          const at = (s * 3 + example) * 2;
          sum += values[at]! ** i * values[at + 1]! ** j;
        }
        assertAlmostEquals(sum / CUBATURE_POINTS, normalMoment[i]! * normalMoment[j]!, 1e-5, `${i} ${j}`);
      }
    }
  }
});

Deno.test("examples are turned differently", async () => {
  const values = await read(cubature(key(2), 2));
  assert(Math.abs(values[0]! - values[2]!) > 1e-3, `${values.subarray(0, 4)}`);
});
