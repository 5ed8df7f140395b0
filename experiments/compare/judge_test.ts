import { assertAlmostEquals, assertEquals } from "@std/assert";
import { foldIn, key, read, startEngine, tf } from "../../lib/engine/mod.ts";
import { type Dataset, loadDigits, take } from "../../lib/data/mod.ts";
import { bindModel, family, initialModelParameters, withOptimalPosterior } from "../../lib/model/mod.ts";
import { betaVaeLoss, graeLoss } from "../../lib/objective/mod.ts";
import type { Fitted } from "../digits/fit.ts";
import { imagesOf } from "../digits/images.ts";
import { type Score, Tally } from "../digits/per_image.ts";
import { setUp } from "../digits/setup.ts";
import { spreadOf } from "../study/spread.ts";
import { COMPARED, type Compared } from "../digits/compared.ts";
import { judge } from "./judge.ts";

const BETA = 0.5, DIGITS = 30, PAIRS = 4;
const CONSTANT = 392 * Math.log(2 * Math.PI);

function untrained({ objective, posterior }: Compared): Fitted {
  const setup = setUp({
    objective,
    posterior,
    likelihood: "gaussian",
    beta: BETA,
    latent: 2,
    block: null,
    hidden: [8],
    activation: "relu",
  }, 784);
  return { setup, parameters: initialModelParameters(setup.description, key(6)) };
}

/** The β-VAE loss less its constant by independent draws, not pairs. */
async function byPlainDraws(
  { setup: { description }, parameters }: Fitted,
  digits: Dataset,
  optimal: "mean-field" | "full" | null,
  draws: number,
): Promise<Score> {
  const scope = tf.openScope();
  const x = imagesOf(digits, 0, digits.count);
  const plain = bindModel(description, parameters);
  const model = optimal ? withOptimalPosterior(plain, family(optimal, 2), BETA) : plain;
  const all: Float32Array[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const { reconstruction, kl } = betaVaeLoss(model, x, foldIn(key(9), draw), BETA).terms;
    all.push(await read(tf.add(reconstruction!, kl!)));
  }
  scope.close();
  const tally = new Tally();
  tally.add(all);
  const { value, standardError } = tally.score(true);
  return { value: value - CONSTANT, standardError };
}

Deno.test("every objective's model is judged by the β-VAE loss less its constant, with the posterior that is its own", async () => {
  await startEngine("wasm");
  const digits = take((await loadDigits()).heldOut, DIGITS);
  for (const compared of COMPARED) {
    const { objective, posterior } = compared;
    const fitted = untrained(compared);
    const before = tf.memory().numTensors;
    const judged = await judge(fitted, digits, BETA, PAIRS, key(0));
    assertEquals(tf.memory().numTensors, before);
    const own = posterior ? null : objective === "grae" ? "full" : "mean-field";
    for (
      const [found, optimal] of [[judged.yardstick, own], [judged.meanField, own && "mean-field"]] as const
    ) {
      const { value, standardError } = await byPlainDraws(fitted, digits, optimal, 64);
      // Five standard errors of the difference: one run in 1.7 million.
      assertAlmostEquals(found, value, 5 * Math.hypot(standardError!, judged.standardError), objective);
    }
    const expected = tf.tidy(() => {
      const { loss, terms } = graeLoss(
        bindModel(fitted.setup.description, fitted.parameters),
        imagesOf(digits, 0, DIGITS),
        key(0),
        BETA,
      );
      return [loss, tf.mean(terms.reconstruction!)];
    });
    const [byGrae, energy] = await Promise.all(expected.map(async (t) => (await read(t))[0]!));
    tf.dispose(expected);
    // Means of float32 sums of about 50.
    assertAlmostEquals(judged.grae, byGrae!, 1e-4, objective);
    assertAlmostEquals(judged.reconstruction, energy!, 1e-4, objective);
    tf.dispose([...fitted.parameters]);
  }
});

Deno.test("mean-field Σ costs GRAE's model something on the yardstick, and the others nothing", async () => {
  await startEngine("wasm");
  const digits = take((await loadDigits()).heldOut, DIGITS);
  for (const compared of COMPARED) {
    const fitted = untrained(compared);
    const { yardstick, meanField, standardError } = await judge(fitted, digits, BETA, 64, key(0));
    if (compared.objective === "grae") {
      assertEquals(meanField > yardstick + 2 * standardError, true, `${meanField} over ${yardstick}`);
    } else {
      assertEquals(meanField, yardstick, compared.objective);
    }
    tf.dispose([...fitted.parameters]);
  }
});

Deno.test("the standard error is what other draws move the yardstick by", async () => {
  await startEngine("wasm");
  const digits = take((await loadDigits()).heldOut, 10);
  const fitted = untrained(COMPARED[0]!);
  const values: number[] = [], errors: number[] = [];
  for (let draw = 0; draw < 40; draw++) {
    const { yardstick, standardError } = await judge(fitted, digits, BETA, PAIRS, key(draw));
    values.push(yardstick);
    errors.push(standardError);
  }
  // A deviation of 40 numbers is known to 1/√78 of itself; five of these.
  assertAlmostEquals(spreadOf(values).deviation! / spreadOf(errors).mean, 1, 5 / Math.sqrt(78));
  tf.dispose([...fitted.parameters]);
});
