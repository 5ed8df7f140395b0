import { assert, assertEquals, AssertionError, assertRejects } from "@std/assert";
import type { Matrix, NetworkSpec, PenaltyCase, Vector } from "../properties/contract/subject.ts";
import { assertPenalty, auditPenalty, type Penalty, type PenaltyOptions } from "./penalty.ts";
import { penaltyFormulas } from "./penalty_formula.ts";

const total = (values: Vector): number => values.reduce((sum, value) => sum + value, 0);
const mean = (values: Vector): number => total(values) / values.length;
const dot = (u: Vector, v: Vector): number => total(u.map((entry, i) => entry * v[i]!));

/** J by central differences, column by column: `[latent][data]`. */
function columnsOf({ decoder }: PenaltyCase, point: Vector, step = 1e-5): number[][] {
  return point.map((_, i) => {
    const along = (by: number): Vector =>
      decoder([point.map((entry, k) => (k === i ? entry + by : entry))])[0]!;
    const above = along(step), below = along(-step);
    return above.map((entry, k) => (entry - below[k]!) / (2 * step));
  });
}

/** log|A| by elimination. */
function logDeterminant(a: Matrix): number {
  const rows = a.map((row) => [...row]);
  let sum = 0;
  for (const [k, pivot] of rows.entries()) {
    sum += Math.log(Math.abs(pivot[k]!));
    for (const row of rows.slice(k + 1)) {
      const factor = row[k]! / pivot[k]!;
      pivot.forEach((entry, i) => row[i]! -= factor * entry);
    }
  }
  return sum;
}

const gram = (columns: Matrix): number[][] => columns.map((u) => columns.map((v) => dot(u, v)));
const shifted = (a: Matrix, factor: number, shift: number): number[][] =>
  a.map((row, i) => row.map((entry, k) => factor * entry + (i === k ? shift : 0)));

/** The mean over the batch of a function of the columns of J. */
const ofColumns = (f: (columns: Matrix, given: PenaltyCase, point: Vector) => number): Penalty => (given) =>
  mean(given.z.map((point) => f(columnsOf(given, point), given, point)));

/** Random numbers for penalties that are random; they need not be reproducible here, but are. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    // The high bits of a linear congruence.
    return ((state ^ (state >>> 15)) >>> 0) / 2 ** 32;
  };
}
const draw = random(7);
for (let i = 0; i < 10; i++) draw();
const normal = (): number => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());

const norm = (columns: Matrix): number => total(columns.map((column) => dot(column, column)));
const transposed = (columns: Matrix): number[][] =>
  columns[0]!.map((_, k) => columns.map((column) => column[k]!));
const volume = (columns: Matrix, beta: number): number =>
  beta / 2 * logDeterminant(shifted(gram(columns), 1 / beta, 1));

/** Penalties as people write them, by what they are: `id`, or `id × factor`. */
const planted: readonly (readonly [what: string, is: string, penalty: Penalty])[] = [
  ["the gradient penalty", "jacobian-norm × 1", ofColumns(norm)],
  ["the gradient penalty, halved", "jacobian-norm × 0.5", ofColumns((c) => norm(c) / 2)],
  ["the gradient penalty with λ = 10", "jacobian-norm × 10", ofColumns((c) => 10 * norm(c))],
  ["averaged over outputs", "jacobian-norm-per-output × 1", ofColumns((c) => norm(c) / c[0]!.length)],
  [
    "averaged over the entries of J",
    "jacobian-norm-per-entry × 1",
    ofColumns((c) => mean(c.flat().map((e) => e * e))),
  ],
  ["averaged over latents", "jacobian-norm-per-latent × 1", ofColumns((c) => mean(c.map((u) => dot(u, u))))],
  ["not squared", "frobenius × 1", ofColumns((c) => Math.sqrt(norm(c)))],
  [
    "one backward pass from the summed outputs",
    "summed-outputs × 1",
    ofColumns((c) => total(c.map((column) => total(column) ** 2))),
  ],
  [
    "one backward pass from the averaged outputs",
    "averaged-outputs × 1",
    ofColumns((c) => total(c.map((column) => mean(column) ** 2))),
  ],
  [
    "the norm of one backward pass",
    "summed-outputs-norm × 1",
    ofColumns((c) => Math.hypot(...c.map(total))),
  ],
  [
    "a critic's penalty",
    "summed-outputs-to-one × 10",
    ofColumns((c) => 10 * (Math.hypot(...c.map(total)) - 1) ** 2),
  ],
  [
    "one backward pass from the summed squares",
    "squared-outputs × 1",
    ofColumns((c, { decoder }, point) => {
      const g = decoder([point])[0]!;
      return total(c.map((column) => (2 * dot(column, g)) ** 2));
    }),
  ],
  ["GRAE", "grae × 1", ofColumns((c, { beta }) => volume(c, beta))],
  [
    "GRAE, summed over the batch",
    "grae × 1",
    (given) => total(given.z.map((z) => volume(columnsOf(given, z), given.beta))),
  ],
  [
    "GRAE, one an example",
    "grae × 1",
    (given) => given.z.map((z) => volume(columnsOf(given, z), given.beta)),
  ],
  ["GRAE without its ½", "grae × 2", ofColumns((c, { beta }) => 2 * volume(c, beta))],
  [
    "GRAE without β before it",
    "grae-without-outer-beta × 1",
    ofColumns((c, { beta }) => volume(c, beta) / beta),
  ],
  ["GRAE without β inside", "grae-without-inner-beta × 1", ofColumns((c, { beta }) => beta * volume(c, 1))],
  ["a log-determinant without β", "log-determinant × 1", ofColumns((c) => volume(c, 1))],
  ["log|I + JᵀJ|", "log-determinant × 2", ofColumns((c) => 2 * volume(c, 1))],
  ["GRAE with β for 1/β", "grae-inverted × 1", ofColumns((c, { beta }) => beta * beta * volume(c, 1 / beta))],
  [
    "GRAE not normalised",
    "grae-not-normalised × 1",
    ofColumns((c, { beta }) => beta / 2 * logDeterminant(shifted(gram(c), 1, beta))),
  ],
  [
    "GRAE*",
    "grae-star × 1",
    ofColumns((c, { beta }) => beta / 2 * total(c.map((u) => Math.log1p(dot(u, u) / beta)))),
  ],
  [
    "GRAE* averaged over latents",
    "none",
    ofColumns((c, { beta }) => beta / 2 * mean(c.map((u) => Math.log1p(dot(u, u) / beta)))),
  ],
  [
    "GRAE* of rows",
    "grae-star-of-rows × 1",
    ofColumns((c, { beta }) => beta / 2 * total(transposed(c).map((u) => Math.log1p(dot(u, u) / beta)))),
  ],
  [
    "the sum inside the logarithm",
    "log-of-sum × 1",
    ofColumns((c, { beta }) => beta / 2 * Math.log1p(norm(c) / beta)),
  ],
  [
    "the isotropic bound",
    "isotropic × 1",
    ofColumns((c, { beta }) => beta * c.length / 2 * Math.log1p(norm(c) / (beta * c.length))),
  ],
  [
    "the longest column",
    "largest-column × 1",
    ofColumns((c) => Math.max(...c.map((u) => dot(u, u)))),
  ],
  ["absolute entries", "absolute-entries × 1", ofColumns((c) => total(c.flat().map(Math.abs)))],
  ["the columns' norms", "column-norms × 1", ofColumns((c) => total(c.map((u) => Math.hypot(...u))))],
  [
    "isometry",
    "isometry × 1",
    ofColumns((c) => total(shifted(gram(c), 1, -1).flat().map((e) => e * e))),
  ],
  [
    "orthogonal columns",
    "orthogonality × 1",
    ofColumns((c) => total(gram(c).flatMap((row, i) => row.map((e, k) => (i === k ? 0 : e * e))))),
  ],
  [
    "weight decay",
    "weights × 1",
    ({ network }) => total(network.flatMap(({ weight }) => weight.flat()).map((w) => w * w)),
  ],
  ["nothing at all", "nothing × 0", () => 0],
  [
    "the spectral norm by 200 steps of the power method",
    "spectral-norm × 1",
    ofColumns((c) => {
      const a = gram(c);
      let v = c.map((_, i) => 1 + 0.1 * i);
      for (let t = 0; t < 200; t++) {
        const w = a.map((row) => dot(row, v)), size = Math.hypot(...w);
        v = w.map((entry) => entry / size);
      }
      return Math.sqrt(dot(v, a.map((row) => dot(row, v))));
    }),
  ],
  ["forward differences of a step of 1e-4", "jacobian-norm × 1", (given) =>
    mean(given.z.map((point) => {
      const here = given.decoder([point])[0]!;
      return total(point.map((_, i) => {
        const there = given.decoder([point.map((entry, k) => (k === i ? entry + 1e-4 : entry))])[0]!;
        return total(there.map((entry, k) => ((entry - here[k]!) / 1e-4) ** 2));
      }));
    }))],
  ["forward differences of a step of 0.1", "none", (given) =>
    mean(given.z.map((point) => {
      const here = given.decoder([point])[0]!;
      return total(point.map((_, i) => {
        const there = given.decoder([point.map((entry, k) => (k === i ? entry + 0.1 : entry))])[0]!;
        return total(there.map((entry, k) => ((entry - here[k]!) / 0.1) ** 2));
      }));
    }))],
  ["at the origin", "none", ofColumns((_, given, point) => norm(columnsOf(given, point.map(() => 0))))],
  ["the first output alone", "none", ofColumns((c) => total(c.map(([first]) => first! ** 2)))],
  [
    "a fixed projection",
    "none",
    ofColumns((c) => total(c.map((u) => total(u.map((e, k) => (k % 2 ? -e : e))) ** 2))),
  ],
  ["clipped at 4", "none", ofColumns((c) => Math.min(4, norm(c)))],
  ["with 0.1 added to the diagonal", "none", ofColumns((c, { beta }) => volume(c, beta) + 0.05 * beta)],
];

/** Penalties that draw random numbers, and what their mean is. */
const drawn: readonly (readonly [what: string, is: string, penalty: Penalty])[] = [
  [
    "Hutchinson's estimate by normal directions",
    "jacobian-norm × 1",
    ofColumns((c) => {
      const v = c[0]!.map(normal);
      return total(c.map((u) => dot(u, v) ** 2));
    }),
  ],
  [
    "Hutchinson's estimate by signs",
    "jacobian-norm × 1",
    ofColumns((c) => {
      const v = c[0]!.map(() => (draw() < 0.5 ? 1 : -1));
      return total(c.map((u) => dot(u, v) ** 2));
    }),
  ],
  [
    "directions of length 1, which lose a factor n",
    "jacobian-norm-per-output × 1",
    ofColumns((c) => {
      const v = c[0]!.map(normal), length = Math.hypot(...v);
      return total(c.map((u) => (dot(u, v) / length) ** 2));
    }),
  ],
  [
    "one column of GRAE*, times d",
    "grae-star × 1",
    ofColumns((c, { beta }) => {
      const u = c[Math.floor(draw() * c.length)]!;
      return beta / 2 * c.length * Math.log1p(dot(u, u) / beta);
    }),
  ],
];

const named = (is: string): readonly [string | null, number] => {
  const [id, weight] = is.split(" × ");
  return is === "none" ? [null, NaN] : [id!, Number(weight)];
};

Deno.test(`auditPenalty names each of ${planted.length} penalties, and its factor`, async () => {
  for (const [what, is, penalty] of planted) {
    const [id, weight] = named(is);
    const found = await auditPenalty(penalty);
    assertEquals([found.id, found.random], [id, false], `${what}: ${found.words}`);
    if (id !== null && id !== "nothing") {
      assert(Math.abs(found.weight / weight - 1) < 1e-3, `${what}: ${found.words}`);
    }
    assertEquals(found.ok, id !== null && id !== "nothing", what);
  }
});

Deno.test("auditPenalty names the mean of a penalty that is random", async () => {
  for (const [what, is, penalty] of drawn) {
    const [id, weight] = named(is);
    const found = await auditPenalty(penalty);
    assertEquals([found.id, found.random], [id, true], `${what}: ${found.words}`);
    assert(Math.abs(found.weight / weight - 1) < 0.05, `${what}: ${found.words}`);
    assert(found.words.startsWith("This penalty is a random estimate of"), found.words);
  }
});

Deno.test("each formula is told from every other, also at one size, with a counterexample that shows it", async () => {
  const sizes: readonly PenaltyOptions[] = [{}, { size: { n: 4, d: 3 } }, { size: { n: 6, d: 2 } }];
  for (const options of sizes) {
    for (const formula of penaltyFormulas) {
      const penalty: Penalty = (given) =>
        mean(given.z.map((point) => {
          const columns = columnsOf(given, point);
          const weights = total(
            given.network.flatMap(({ weight }: NetworkSpec[number]) => weight.flat()).map((w) => w * w),
          );
          return formula.value({
            jacobian: transposed(columns),
            output: given.decoder([point])[0]!,
            beta: given.beta,
            weights,
          });
        }));
      const { id, counterexample, words } = await auditPenalty(penalty, options);
      assertEquals(id, formula.id, words);
      const { found, formula: nearest } = counterexample;
      assert(!(Math.abs(found - nearest) <= 1e-3 * Math.abs(found)), words);
    }
  }
});

Deno.test("what a penalty is, in words", async () => {
  const { words, counterexample } = await auditPenalty(
    ofColumns((c) => total(c.map((column) => total(column) ** 2))),
    { expected: "jacobian-norm" },
  );
  assertEquals(counterexample.id, "jacobian-norm");
  assert(
    words.startsWith(
      "This penalty is ‖∂(Σ g)/∂z‖² (the squared gradient of the summed outputs, as one backward pass gives it), averaged over the batch. It is not the gradient penalty: at J = ",
    ),
    words,
  );
  const batches: readonly [Penalty, string][] = [
    [(given) => total(given.z.map((z) => norm(columnsOf(given, z)))), "sum"],
    [(given) => given.z.map((z) => norm(columnsOf(given, z))), "none"],
    [(given) => norm(columnsOf(given, given.z[0]!)), "null"],
  ];
  for (const [penalty, batch] of batches) {
    const found = await auditPenalty(penalty);
    assertEquals([String(found.batch), found.ok], [batch, batch !== "null"], found.words);
  }
});

Deno.test("assertPenalty is silent where the penalty is right, and throws an AssertionError with the words where it is not", async () => {
  await assertPenalty(ofColumns(norm), "jacobian-norm");
  await assertPenalty(ofColumns((c) => norm(c) / 2), "jacobian-norm", { weight: 0.5 });
  await assertRejects(
    () => assertPenalty(ofColumns((c) => norm(c) / 2), "jacobian-norm", { weight: 1 }),
    AssertionError,
    "This penalty is 0.5 times ‖J‖²_F (the gradient penalty), averaged over the batch. Its factor should be 1.",
  );
  await assertRejects(
    () => assertPenalty(ofColumns((c) => volume(c, 1)), "grae"),
    AssertionError,
    "a log-determinant without β",
  );
  await assertRejects(
    () => auditPenalty(ofColumns(norm), { expected: "jacobian" }),
    RangeError,
    "auditPenalty: expected must be one of jacobian-norm, ",
  );
  await assertRejects(
    () => auditPenalty(ofColumns(norm), { size: { n: 0, d: 1 } }),
    RangeError,
    "auditPenalty: size must be whole numbers from 1, but is 0 × 1",
  );
});
