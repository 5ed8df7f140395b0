import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { startEngine, tf } from "../../../lib/engine/mod.ts";
import { planeMeanFieldGap, planeRotation, transformGaussian } from "../../../lib/symmetry/mod.ts";
import { DATA, decimals, type Settings, solve } from "./model.ts";

await startEngine("cpu");

/** Float32 through a network, a Cholesky factor and sums of three terms: 64 roundings of the largest number there is. */
const close = (found: number, expected: number, scale: number, what: string): void =>
  assertAlmostEquals(found, expected, 64 * 2 ** -24 * Math.max(1, Math.abs(scale)), what);

const settings: readonly Settings[] = [0, 17, 45, 90, 133, 180].flatMap((degrees) =>
  ([[0.1, 0.8], [0.8, 0.1], [0.5, 0.5], [0.02, 0.98]] as const).flatMap((variances) =>
    [0.2, 1, 7].map((beta) => ({ degrees, variances, beta, family: "mean-field" as const }))
  )
);

/** The same numbers in double precision, from P and x alone: no decoder, no Jacobian, no engine. */
function byHand({ degrees, variances: [v1, v2], beta }: Settings): Record<string, number> {
  const [c, s] = [Math.cos(degrees * Math.PI / 180), Math.sin(degrees * Math.PI / 180)];
  const [p1, p2] = [1 / v1, 1 / v2];
  // R P Rᵀ and R P⁻¹ Rᵀ for R = [[c, −s], [s, c]].
  const [p11, p22] = [c * c * p1 + s * s * p2, s * s * p1 + c * c * p2];
  // −log N(x; 0, WWᵀ + βI): x along the orthonormal directions of W has the variances β/v, and β across them.
  const along = [[2 / 3, 2 / 3, 1 / 3], [-2 / 3, 1 / 3, 2 / 3]].map((u) =>
    u.reduce((sum, entry, i) => sum + entry * DATA[i]!, 0)
  );
  const rest = DATA.reduce((sum, entry) => sum + entry ** 2, 0) - along[0]! ** 2 - along[1]! ** 2;
  const quadratic = along[0]! ** 2 * v1 / beta + along[1]! ** 2 * v2 / beta + rest / beta;
  const evidence = 0.5 * (quadratic + 3 * Math.log(2 * Math.PI * beta) - Math.log(v1 * v2));
  const grae = beta * (evidence - 1.5 * Math.log(2 * Math.PI * beta));
  const constant = 1.5 * Math.log(2 * Math.PI);
  const volume = beta / 2 * Math.log(p1 * p2);
  const graeStar = grae - volume + beta / 2 * Math.log(p11 * p22);
  return {
    grae,
    graeStar,
    full: grae + constant,
    meanField: graeStar + constant,
    isotropic: grae - volume + constant + beta * Math.log((p1 + p2) / 2),
    gap: beta / 2 * Math.log(p11 * p22 / (p1 * p2)),
  };
}

Deno.test("objectives, GRAE and GRAE* equal closed forms in double precision at every angle, variance and β", async () => {
  for (const at of settings) {
    const { best, grae, graeStar } = await solve(at);
    const expected = byHand(at);
    const says = JSON.stringify(at);
    const scale = expected["isotropic"]!;
    close(best.full, expected["full"]!, scale, `full ${says}`);
    close(best["mean-field"], expected["meanField"]!, scale, `mean-field ${says}`);
    close(best.isotropic, expected["isotropic"]!, scale, `isotropic ${says}`);
    close(grae, expected["grae"]!, scale, `GRAE ${says}`);
    close(graeStar, expected["graeStar"]!, scale, `GRAE* ${says}`);
  }
});

Deno.test("[U5, G3] what mean-field falls short of full lies on the curve, and so does GRAE* − GRAE", async () => {
  for (const at of settings) {
    const { excess, gap, curve, most, best } = await solve(at);
    const [v1, v2] = at.variances;
    const { gap: expected } = byHand(at);
    assertAlmostEquals(curve, expected!, 1e-12 * Math.max(1, expected!));
    assertEquals(most, planeMeanFieldGap([1 / v1, 1 / v2], Math.PI / 4, at.beta));
    assert(curve <= most * (1 + 1e-12));
    assertEquals(curve, planeMeanFieldGap([1 / v1, 1 / v2], at.degrees * Math.PI / 180, at.beta));
    assertEquals(excess["mean-field"], best["mean-field"] - best.full);
    close(excess["mean-field"], curve, best.isotropic, `excess ${JSON.stringify(at)}`);
    close(gap, curve, best.isotropic, `gap ${JSON.stringify(at)}`);
  }
});

Deno.test("[U6] Σ* turns with the decoder, and the full family's best objective stays", async () => {
  const at = { degrees: 0, variances: [0.1, 0.8], beta: 0.5, family: "full" } as const;
  const still = await solve(at);
  for (const degrees of [30, 75, 160]) {
    const turned = await solve({ ...at, degrees });
    const { covariance } = transformGaussian(planeRotation(2, 0, 1, degrees * Math.PI / 180), {
      mean: [0, 0],
      covariance: [[0.1, 0], [0, 0.8]],
    });
    turned.optimum.flat().forEach((entry, i) => close(entry, covariance.flat()[i]!, 1, `entry ${i}`));
    assertEquals(turned.chosen, turned.optimum);
    close(turned.best.full, still.best.full, still.best.full, "best");
  }
});

Deno.test("[S4] the chosen family's Σ is the inverse of the precision's diagonal, or of half its trace", async () => {
  const at = { degrees: 30, variances: [0.1, 0.8], beta: 2 } as const;
  const [p11, p22] = [0.75 / 0.1 + 0.25 / 0.8, 0.25 / 0.1 + 0.75 / 0.8];
  const { chosen: meanField } = await solve({ ...at, family: "mean-field" });
  const { chosen: isotropic } = await solve({ ...at, family: "isotropic" });
  [1 / p11, 0, 0, 1 / p22].forEach((entry, i) => close(meanField.flat()[i]!, entry, 1, `mean-field ${i}`));
  const variance = 2 / (1 / 0.1 + 1 / 0.8);
  [variance, 0, 0, variance].forEach((entry, i) => close(isotropic.flat()[i]!, entry, 1, `isotropic ${i}`));
});

Deno.test("with equal variances no angle is preferred, and at 45° mean-field is no better than isotropic", async () => {
  for (const degrees of [0, 20, 45, 100]) {
    const { curve, best } = await solve({ degrees, variances: [0.3, 0.3], beta: 1, family: "mean-field" });
    assertEquals(curve, 0);
    close(best["mean-field"], best.full, best.full, `${degrees}°`);
  }
  const { best, excess } = await solve({
    degrees: 45,
    variances: [0.1, 0.6],
    beta: 1,
    family: "isotropic",
  });
  close(excess.isotropic, excess["mean-field"], best.full, "45°");
});

Deno.test("no tensor is left behind", async () => {
  const before = tf.memory().numTensors;
  await solve({ degrees: 10, variances: [0.2, 0.4], beta: 1, family: "full" });
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("numbers have four decimals, a true minus sign, and no negative zero", () => {
  const texts = ["1.2346", "−0.5000", "0.0000", "0.0000", "12.0000"];
  assertEquals([1.23456, -0.5, -0.00001, 0, 12].map(decimals), texts);
});
