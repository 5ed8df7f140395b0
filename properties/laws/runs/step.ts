/**
 * R1: the steps of a run are those of its objective.
 *
 * @module
 */

import { law, tex, type Tolerance } from "../../contract/mod.ts";
import type { DigitsState } from "../../contract/digits_run.ts";
import type { Vector } from "../../contract/specs.ts";
import { type Held, ofRuns, type RunAudit } from "./every_run.ts";
import { batchOf, takenGradient } from "./tolerance.ts";

/** The states that a run keeps, with the one before its first step, that follow each other by a step. */
function pairs({ run, must }: Held): (readonly [DigitsState, DigitsState])[] {
  const all = [must.initial(), ...run.states];
  return all.slice(1).flatMap((after, i) =>
    after.step === all[i]!.step + 1 ? [[all[i]!, after] as const] : []
  );
}

const length = (values: Vector): number => Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));

const within = (because: string, value: number): Tolerance => ({ value, because, resolved: true });

const kept: RunAudit = {
  says:
    "a run keeps the states after its first step, before its last and at its end, and each has as many numbers as its model",
  examine: ({ name, run, must }, expect) => {
    const all = must.perEpoch * run.options.epochs;
    const steps = [...new Set([1, all - 1, all])].filter((step) => step > 0);
    const found = [...new Set(run.states.map(({ step }) => step))];
    expect.is(`${name}steps of the states`, found.join(), steps.join());
    const { length } = must.initial().parameters;
    for (const state of run.states) {
      for (const part of ["parameters", "first", "second"] as const) {
        expect.is(`${name}numbers of ${part} after step ${state.step}`, state[part].length, length);
      }
    }
  },
};

const gradients: RunAudit = {
  says:
    "the gradient that a step took, from Adam's first moments, is that of the run's objective, likelihood, family and β, at the images and the noise that its seed says",
  examine: (held, expect) => {
    const { name, run, must } = held;
    for (const [before, after] of pairs(held)) {
      const batch = batchOf(must.examples(before), run.epsilon);
      const taken = takenGradient(before, after, run.epsilon);
      expect.is(`${name}numbers of step ${after.step}`, taken.gradient.length, batch.gradient.length);
      const slopes = must.clipped(batch.gradient), scale = shrunk(batch.gradient, slopes);
      // Where a gradient is clipped its norm has the errors of all slopes.
      const ofNorm = scale === 1 ? 0 : length(batch.tolerance) / length(batch.gradient);
      slopes.forEach((slope, i) =>
        expect.close(
          `${name}slope ${i} of step ${after.step}`,
          taken.gradient[i]!,
          slope,
          within(
            "rounding of the gradient and of the moments; a unit on a kink",
            scale * batch.tolerance[i]! + ofNorm * Math.abs(slope) + taken.tolerance[i]!,
          ),
        )
      );
    }
  },
};

/** By how much a clipped gradient is shorter. */
function shrunk(gradient: Vector, clipped: Vector): number {
  const longest = gradient.reduce(
    (best, slope, i) => Math.abs(slope) > Math.abs(gradient[best]!) ? i : best,
    0,
  );
  return gradient[longest] === 0 ? 1 : clipped[longest]! / gradient[longest]!;
}

const moves: RunAudit = {
  says:
    "from the gradient that it took, a step makes the second moments and the parameters of Adam, at the run's learning rate and weight decay, which leaves log σ alone",
  examine: (held, expect) => {
    const { name, run: { epsilon, options: { learningRate } }, must } = held;
    for (const [before, after] of pairs(held)) {
      const taken = takenGradient(before, after, epsilon), next = must.next(before, taken.gradient);
      next.second.forEach((v, i) => {
        const off = 0.002 * Math.abs(taken.gradient[i]!) * taken.tolerance[i]! + 8 * epsilon * v + 2 ** -99;
        expect.close(
          `${name}second moment ${i} of step ${after.step}`,
          after.second[i]!,
          v,
          within("rounding", off),
        );
      });
      // From the second moments that were kept, whose rounding √v would magnify where they are small.
      const from = {
        ...before,
        second: after.second.map((v, i) => (v - 0.001 * taken.gradient[i]! ** 2) / 0.999),
      };
      must.next(from, taken.gradient).parameters.forEach((w, i) => {
        const moved = Math.abs(w - before.parameters[i]!);
        const off = 8 * epsilon * (Math.abs(w) + moved + learningRate) + 2 ** -126;
        expect.close(
          `${name}parameter ${i} after step ${after.step}`,
          after.parameters[i]!,
          w,
          within("rounding", off),
        );
      });
    }
  },
};

/** What R1 looks at. */
export const stepAudits: readonly RunAudit[] = [kept, gradients, moves];

export const R1 = law({
  id: "R1",
  title: "The steps of a run",
  statement:
    "a step of a run takes Adam's step along the gradient of the objective that it names, at the images, the noise, the β and the learning rate that its options and its seed say",
  tex:
    tex`\tfrac{m_t-\beta_1 m_{t-1}}{1-\beta_1}=\nabla_\theta\,\mathcal L_{\beta_t}(\theta_{t-1};x_t,\varepsilon_t)`,
  source: "the implementation",
  kind: "identity",
  clauses: ofRuns(stepAudits),
});
