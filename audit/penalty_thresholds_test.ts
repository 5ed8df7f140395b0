/** The thresholds by which a penalty is told from formulas, just inside and just beyond. */

import { assert, assertEquals } from "@std/assert";
import type { PenaltyCase } from "../properties/contract/subject.ts";
import { auditPenalty, type Penalty } from "./penalty.ts";
import { penaltyFormulas } from "./penalty_formula.ts";
import { probes } from "./penalty_probe.ts";

/** ‖J‖²_F averaged over a batch, by central differences. */
const squaredNorm = ({ decoder, z }: PenaltyCase): number =>
  z.reduce((sum, point) =>
    point.reduce((all, _, i) => {
      const [above, below] = [1e-5, -1e-5].map((step) =>
        decoder([point.map((entry, k) => (k === i ? entry + step : entry))])[0]!
      );
      return all + above!.reduce((total, value, k) => total + ((value - below![k]!) / 2e-5) ** 2, 0);
    }, sum), 0) / z.length;

const gradientPenalty = penaltyFormulas.find(({ id }) => id === "jacobian-norm")!;
/** The gradient penalty, changed where a penalty is asked at one point: by how much at which, the how manieth time it is asked there. */
function changed(by: (probe: number, value: number, time: number) => number): Penalty {
  const known = probes(), keys = known.map(({ network, z, beta }) => JSON.stringify([network, [z], beta]));
  const times = known.map(() => 0);
  return (given) => {
    const at = keys.indexOf(JSON.stringify([given.network, given.z, given.beta]));
    if (at < 0) return squaredNorm(given);
    const value = gradientPenalty.value(known[at]!);
    return value + by(at, value, ++times[at]!);
  };
}

Deno.test("a penalty is asked four times at each point, to see whether it is random", async () => {
  for (const probe of [0, probes().length - 1]) {
    const random = await Promise.all(
      [2, 4, 5].map(async (last) =>
        (await auditPenalty(changed((at, _, time) => (at === probe && time === last ? 1 : 0)), { draws: 4 }))
          .random
      ),
    );
    assertEquals(random, [true, true, false], `${probe}`);
  }
});

Deno.test("a mean of draws may be off by six of its standard errors, and how far it is, is told in these", async () => {
  const values = probes().map((probe) => gradientPenalty.value(probe));
  const least = values.indexOf(Math.min(...values));
  const audits = await Promise.all([5.9, 6.1].map((errors) =>
    // Of four draws, two to each side, the mean has the standard error 1/√3 of their distance from it.
    auditPenalty(
      changed((at, _, time) =>
        1e-3 * (time % 2 === 0 ? 1 : -1) + (at === least ? errors * 1e-3 / Math.sqrt(3) : 0)
      ),
      { expected: "jacobian-norm", draws: 4, tolerance: 1e-9 },
    )
  ));
  assertEquals(audits.map(({ id, random }) => [id, random]), [["jacobian-norm", true], [null, true]]);
  assert(Math.abs(audits[0]!.error - 5.9) < 0.01, `${audits[0]!.error}`);
});

Deno.test("the counterexample is the first point where the error is 50 times the tolerance, or half the greatest", async () => {
  const known = probes();
  const first = async (errors: Readonly<Record<number, number>>): Promise<number> => {
    const penalty = changed((at, value) => value / (1 - 1e-3 * (errors[at] ?? 0)) - value);
    const { counterexample } = await auditPenalty(penalty, { expected: "jacobian-norm" });
    return known.findIndex(({ jacobian, beta }) =>
      JSON.stringify([jacobian, beta]) === JSON.stringify([counterexample.jacobian, counterexample.beta])
    );
  };
  assertEquals([await first({ 1: 49, 4: 500 }), await first({ 1: 51, 4: 500 })], [4, 1]);
  assertEquals([await first({ 1: 9.9, 4: 20 }), await first({ 1: 10.1, 4: 20 })], [4, 1]);
});

Deno.test("a factor is right within twice the tolerance, a batch within three times, and a formula within one", async () => {
  const off = async (factor: number, batch: number): Promise<readonly unknown[]> => {
    const penalty: Penalty = (given) => {
      const found = 0.5 * factor * (squaredNorm(given));
      return given.z.length > 1 ? found * batch : found;
    };
    const audit = await auditPenalty(penalty, { expected: "jacobian-norm", weight: 0.5 });
    return [audit.batch, audit.ok];
  };
  assertEquals(await off(1 + 1.99e-3, 1), ["mean", true]);
  assertEquals(await off(1 + 2.01e-3, 1), ["mean", false]);
  assertEquals(await off(1, 1 + 2.99e-3), ["mean", true]);
  assertEquals(await off(1, 1 + 3.01e-3), [null, false]);
  // Two points that are off to opposite sides leave the factor that fits best as it is.
  const ids = await Promise.all([0.99, 1.01].map(async (errors) =>
    (await auditPenalty(
      changed((probe, value) => value / (1 - 1e-3 * errors * ([1, -1][probe] ?? 0)) - value),
    )).id
  ));
  assertEquals(ids, ["jacobian-norm", null]);
});
