/**
 * R2 and R3: scores and metrics that a run reports are those of its model on the images that it names.
 *
 * @module
 */

import { law, type Ledger, tex, type Tolerance, tolerance } from "../../contract/mod.ts";
import type {
  DigitsEpoch,
  DigitsParameters,
  DigitsRun,
  DigitsScore,
  DigitsScores,
  DigitsState,
} from "../../contract/digits_run.ts";
import { type Held, ofRuns, type RunAudit } from "./every_run.ts";
import { roundingOf } from "./tolerance.ts";

const lastOf = ({ run }: Held): DigitsState => run.states.at(-1)!;

const lines: RunAudit = {
  says:
    "there is a line of scores for every epoch, with its steps, and as many images in training as are held out",
  examine: ({ name, run, must }, expect) => {
    expect.is(`${name}lines of scores`, run.epochs.length, run.options.epochs);
    run.epochs.forEach(({ epoch, step, train, heldOut }, i) => {
      expect.is(`${name}epoch of line ${i + 1}`, epoch, i + 1);
      expect.is(`${name}steps of line ${i + 1}`, step, (i + 1) * must.perEpoch);
      const held = run.images.heldOut.length;
      const most = Math.min(run.images.train.length, run.options.limit ?? Infinity, held);
      expect.is(`${name}training images of line ${i + 1}`, train.images, most);
      expect.is(`${name}held-out images of line ${i + 1}`, heldOut.images, held);
    });
  },
};

/** Every number of a score by name. */
function numbersOf({ loss, terms, evaluation }: DigitsScores): [string, number | null][] {
  const both = (name: string, { value, standardError }: DigitsScore): [string, number | null][] => [
    [name, value],
    [`standard error of ${name}`, standardError],
  ];
  return [
    ...both("loss", loss),
    ...Object.entries(terms),
    ...Object.entries(evaluation).flatMap(([name, score]) => both(`evaluation by ${name}`, score)),
  ];
}

function same(what: string, found: DigitsScores, must: DigitsScores, slack: Tolerance, expect: Ledger): void {
  const names = (scores: DigitsScores): string => Object.keys(scores.terms).join();
  expect.is(`${what}: terms`, names(found), names(must));
  const numbers = numbersOf(must);
  numbersOf(found).forEach(([name, value], i) => {
    const expected = numbers[i]![1];
    if (value === null || expected === null) {
      expect.is(`${what}: ${name}`, String(value), String(expected));
      return;
    }
    // The error of noise is of what differs between draws, which has its rounding, over √images.
    const share = name.startsWith("standard") ? 2 / Math.sqrt(found.images) : 1;
    expect.close(`${what}: ${name}`, value, expected, { ...slack, value: share * slack.value });
  });
}

/** Compares the scores of a line with those of the parameters after its epoch. */
function scoresHold(
  held: Held,
  state: DigitsParameters,
  found: DigitsEpoch,
  at: string,
  expect: Ledger,
): void {
  const { name, run, must } = held;
  const expected = must.epoch(state);
  const model = must.model(state.parameters), metric = must.metric(state);
  for (const set of ["train", "heldOut"] as const) {
    const { loss } = roundingOf(
      model,
      must.sets[set].slice(0, found[set].images),
      run.options.beta,
      metric,
      run.epsilon,
    );
    same(`${name}${at}${set}`, found[set], expected[set], loss, expect);
  }
}

const ends: RunAudit = {
  says:
    "the scores of the last epoch, loss, terms, evaluation losses and standard errors, are those of the model at the end, at the run's β, on the images that they name",
  examine: (held, expect) => scoresHold(held, lastOf(held), held.run.epochs.at(-1)!, "", expect),
};

const middles: RunAudit = {
  says:
    "the scores of every earlier epoch are those of the parameters that were kept after it, at the run's β and with the same draws, on the same images",
  examine: (held, expect) => {
    const { name, run, must } = held, { length } = must.initial().parameters;
    for (const state of run.earlier) {
      const at = `epoch ${state.step / must.perEpoch}`;
      const line = run.epochs.find(({ step }) => step === state.step);
      expect.is(
        `${name}${at} has a line, and is before the last`,
        line !== undefined && line !== run.epochs.at(-1),
        true,
      );
      expect.is(`${name}numbers of the parameters after ${at}`, state.parameters.length, length);
      if (line !== undefined && state.parameters.length === length) {
        scoresHold(held, state, line, `${at}, `, expect);
      }
    }
  },
};

const keyNumbers: RunAudit = {
  says:
    "the key numbers are the scores of the last epoch, losses by a Gaussian less its constant, (n/2) log 2π, and no others; and the least and the greatest σ where it is learned",
  examine: (held, expect) => {
    const { name, run, must } = held;
    const expected = must.numbers(run.epochs.at(-1)!, lastOf(held));
    const names = (numbers: DigitsRun["numbers"]): string => Object.keys(numbers).toSorted().join();
    expect.is(`${name}names of the key numbers`, names(run.numbers), names(expected));
    for (const [key, value] of Object.entries(expected)) {
      const slack = tolerance("a difference in float64", {
        c: 4,
        epsilon: 2 ** -53,
        scale: Math.abs(value) + expected["gaussianConstant"]!,
      });
      expect.close(`${name}${key}`, run.numbers[key]!, value, slack);
    }
  },
};

const sums: RunAudit = {
  says: "in every epoch the terms of a loss add up to it, and GRAE is not above GRAE*",
  examine: ({ name, run }, expect) => {
    run.epochs.forEach(({ train, heldOut }, i) => {
      for (const [set, { loss, terms, evaluation }] of Object.entries({ train, heldOut })) {
        const at = `${name}line ${i + 1}, ${set}: `;
        const values = Object.values(terms);
        const [grae, star] = [evaluation.grae.value, evaluation["grae-star"].value];
        if (loss.value === null || values.includes(null) || grae === null || star === null) continue;
        const size = values.reduce<number>((sum, term) => sum + Math.abs(term!), 0);
        const slack = expect.rounding("terms are sums of float32 numbers", { c: 16, scale: size });
        const rounding = { ...slack, value: slack.value * run.epsilon / expect.epsilon };
        expect.close(
          `${at}sum of the terms`,
          values.reduce<number>((sum, term) => sum + term!, 0),
          loss.value,
          rounding,
        );
        expect.atMost(`${at}GRAE`, grae, star, rounding);
      }
    });
    expect.is(`${name}some epoch was scored`, run.epochs.length > 0, true);
  },
};

const means: RunAudit = {
  says: "each entry of the metric is the mean of its absolute values over held-out images",
  examine: (held, expect) => {
    const { name, run, must } = held, state = lastOf(held);
    const expected = must.metric(state), model = must.model(state.parameters);
    const { metric } = roundingOf(model, must.sets.heldOut, run.options.beta, expected, run.epsilon);
    expect.closeMatrix(`${name}metric`, run.metric, expected, {
      value: metric * Math.max(...expected.flat()),
      because: "rounding of a product of the layers; units on a kink",
      resolved: true,
    });
  },
};

/** What R2 looks at, and R3. */
export const scoreAudits: readonly RunAudit[] = [lines, ends, middles, keyNumbers, sums];
/** The same of the metric. */
export const metricAudits: readonly RunAudit[] = [means];

export const R2 = law({
  id: "R2",
  title: "The scores of a run",
  statement:
    "every score that a run reports is that of its model after the epoch: the loss, its terms, the evaluation losses and their standard errors, at its β, in training on training images and held out on others",
  tex:
    tex`\frac1N\sum_{i\in\text{set}}\mathcal L_\beta(\theta_t;x_i,\varepsilon_i)\pm\frac1N\Bigl(\sum_i s_i^2/S\Bigr)^{1/2}`,
  source: "the implementation",
  kind: "identity",
  clauses: ofRuns(scoreAudits),
});

export const R3 = law({
  id: "R3",
  title: "The metric of a run",
  statement: "the matrix beside metric.svg is the mean of |Jᵀ diag(w) J| at the encodings of held-out images",
  tex: tex`\frac1N\sum_i\lvert J^{\mathsf T}\operatorname{diag}(w)J\rvert(h(x_i))`,
  source: "MNIST",
  kind: "identity",
  clauses: ofRuns(metricAudits),
});
