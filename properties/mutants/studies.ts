/**
 * Mistakes in the wiring of studies: the right formula of the wrong thing, in runs whose parts otherwise report what their parameters
 * give.
 *
 * @module
 */

import type { StudyPart, StudyRun } from "../contract/study_run.ts";
import type { Matrix } from "../contract/specs.ts";
import { metricWiring } from "../laws/runs/metric_study.ts";
import { samplesWiring } from "../laws/runs/samples_study.ts";
import { uniquenessWiring } from "../laws/runs/uniqueness_study.ts";
import { classified } from "../oracle/classifier.ts";
import { tabulate, transpose } from "../oracle/dense.ts";
import { wiring } from "../oracle/digits_wiring.ts";
import { frechet } from "../oracle/frechet.ts";
import { folded, seeded } from "../oracle/threefry.ts";
import { leastLoss } from "../oracle/toy_model.ts";
import { plausibleStudies, type StudyMistake } from "../plausible/studies.ts";
import { type FaultTable, type Mutant, rows } from "./mutant.ts";

type Planted = Omit<StudyMistake, "study">;

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** A report of which faults change what they know of. */
// deno-lint-ignore no-explicit-any
type Loose = any;

/** A part's result, changed where `change` says. */
const reporting =
  (change: (result: Loose) => unknown): NonNullable<Planted["report"]> => (part: StudyPart) => ({
    ...part,
    result: change(part.result),
  });
/** What the run reports, changed. */
const concluding = (
  change: (run: { results: Loose; numbers: Record<string, number> }) => Partial<StudyRun>,
): NonNullable<Planted["conclude"]> =>
(run) => ({ ...run, ...change(run) }) as StudyRun;
/** Tensors of a part, changed. */
const keeping = (
  change: (tensors: StudyPart["tensors"]) => StudyPart["tensors"],
): NonNullable<Planted["report"]> =>
(part) => ({ ...part, tensors: change(part.tensors) });

/** All but what is of the first step. */
const start = (tensors: StudyPart["tensors"]): StudyPart["tensors"] =>
  Object.fromEntries(Object.entries(tensors).filter(([name]) => !name.startsWith("first_step.")));

const metric: FaultTable<Planted> = {
  "R5": {
    "metric-before-late: the metric before training is that after it": {
      wires: { metric: { before: (_, end) => end } },
    },
    "metric-before-after-exchanged: before and after are exchanged": {
      wires: { metric: { before: metricWiring.after, after: metricWiring.before } },
    },
    "metric-before-other-start: the metric before training is that of another seed's start": {
      wires: {
        metric: {
          before: (digits) => {
            const state = digits.initial();
            return { ...state, parameters: state.parameters.map((one) => -one).toReversed() };
          },
        },
      },
    },
    "metric-study-signs: |mean JᵀJ| in place of mean |JᵀJ|": {
      wires: {
        metric: {
          digits: {
            metric: (grams) =>
              tabulate(
                grams[0]!.length,
                grams[0]!.length,
                (i, j) => Math.abs(meanOf(grams.map((g) => g[i]![j]!))),
              ),
          },
        },
      },
    },
    "metric-study-of-training: metrics are those at training images": {
      wires: { metric: { digits: { metricAt: ({ encode, train }) => encode(train) } } },
    },
    "metric-study-at-origin: metrics are those at z = 0": {
      wires: {
        metric: {
          digits: {
            metricAt: ({ heldOut, model }) => heldOut.map(() => Array<number>(model.latent).fill(0)),
          },
        },
      },
    },
    "metric-ratio-upside-down: ratios are of entries inside blocks to those outside": {
      wires: {
        metric: {
          place: (...given) => {
            const place = metricWiring.place(...given);
            return place === "inside" ? "outside" : place === "outside" ? "inside" : null;
          },
        },
      },
    },
    "metric-ratio-with-diagonal: entries inside blocks count the diagonal": {
      wires: { metric: { place: (i, j, block) => i === j ? "inside" : metricWiring.place(i, j, block) } },
    },
    "metric-ratio-shifted: blocks begin at the second latent": {
      wires: { metric: { place: (i, j, block) => metricWiring.place(i + 1, j + 1, block) } },
    },
    "metric-ratio-of-all: entries outside blocks count all off the diagonal": {
      wires: {
        metric: {
          place: (i, j, block) => i === j ? null : i < j ? "outside" : metricWiring.place(i, j, block),
        },
      },
    },
    "metric-variances-first: variances are of the first images, not of some that are spread": {
      options: { hidden: [5] },
      wires: {
        metric: { spread: (_, images) => Array.from({ length: images }, (_, i) => Math.floor(i / 2)) },
      },
    },
    "metric-deviation: standard deviations stand for variances": {
      wires: { metric: { found: (row) => Math.sqrt(metricWiring.found(row)) } },
    },
    "metric-variance-of-diagonal: the variance is the square of L's diagonal": {
      wires: { metric: { found: (row) => Math.max(...row.map((one) => one * one)) } },
    },
    "metric-predicted-at-one: the predicted variance is at β = 1": {
      wires: { metric: { predicted: (_, square) => 1 / (1 + square) } },
    },
    "metric-predicted-of-norm: the predicted variance has ‖J‖, not its square": {
      wires: { metric: { predicted: (beta, square) => beta / (beta + Math.sqrt(square)) } },
    },
    "metric-seeds-of-first: every part has the first seed": {
      options: { seeds: 2 },
      wires: { metric: { seed: () => 3 } },
    },
    "metric-family-mixed: controls are trained with blocks": {
      report: (part) =>
        part.name.startsWith("mean-field")
          ? { ...part, result: { ...part.result as object, family: "block", label: "a" } }
          : part,
    },
    "metric-trained-at-one: models are trained at β = 1": {
      wires: { metric: { digits: { beta: () => 1 } } },
    },
    "metric-trained-on-held-out: models are trained on held-out images": {
      wires: { metric: { digits: { trained: ({ heldOut }) => heldOut } } },
    },
    "metric-numbers-before-for-after: the key numbers after training are those before it": {
      conclude: concluding(({ numbers }) => ({
        numbers: { ...numbers, "after.a.mean": numbers["before.a.mean"]! },
      })),
    },
    "metric-median-for-mean: means are the lowest numbers": {
      options: { seeds: 2 },
      conclude: concluding(({ numbers }) => ({
        numbers: { ...numbers, "after.b.mean": numbers["after.b.least"]! },
      })),
    },
    "metric-table-active-for-after: the table has ratios of active latents in place of all": {
      conclude: (run) => ({
        ...run,
        tables: {
          "panels.csv": run.tables["panels.csv"]!.map((row, i) => i === 0 ? row : row.with(9, row[12]!)),
        },
      }),
    },
    "metric-model-lost: the last model is not among the results": {
      conclude: concluding(({ results }) => ({ results: { models: results.models.slice(0, -1) } })),
    },
    "metric-results-not-of-parts: results are not those of the parts": {
      conclude: concluding(({ results }) => ({
        results: {
          models: results.models.map((one: Loose) => ({
            ...one,
            ratio: { ...one.ratio, after: one.ratio.after / 2 },
          })),
        },
      })),
    },
    "metric-parameters-of-start: a part keeps its initial parameters' encoder": {
      report: keeping((tensors) => ({
        ...tensors,
        "encoder.0.weight": tensors["encoder.0.weight"]!.map((one) => 0.5 * one),
      })),
    },
    "metric-parameters-lost: a part keeps no decoder bias": {
      report: keeping((tensors) =>
        Object.fromEntries(Object.entries(tensors).filter(([name]) => name !== "decoder.1.bias"))
      ),
    },
  },
};

const compare: FaultTable<Planted> = {
  "R6": {
    "compare-part-lost: the last part is missing": {
      conclude: (run) => ({ ...run, parts: run.parts.slice(0, -1) }),
    },
    "compare-start-kept: all parts keep the parameters of the first": {
      conclude: (run) => ({
        ...run,
        parts: run.parts.map((part) => ({
          ...part,
          tensors: { ...part.tensors, ...start(run.parts[0]!.tensors) },
        })),
      }),
    },
    "compare-star-for-grae: GRAE's parts train GRAE*": {
      wires: { compare: { trained: (objective) => objective === "grae" ? "grae-star" : objective } },
    },
    "compare-jacobian-for-hessian: Taylor (Hessian) trains the Jacobian one": {
      wires: {
        compare: { trained: (objective) => objective === "taylor-hessian" ? "taylor-jacobian" : objective },
      },
    },
    "compare-seeds-by-objective: objectives of one seed start apart": {
      wires: { compare: { seed: (seed, objective) => seed + (objective === "grae" ? 1 : 0) } },
    },
    "compare-judged-at-one: models are judged at β = 1": {
      wires: { compare: { beta: (beta, stream) => stream === 3 ? 1 : beta } },
    },
    "compare-tracked-at-one: objectives are tracked at β = 1": {
      wires: { compare: { beta: (beta, stream) => stream === 4 ? 1 : beta } },
    },
    "compare-judged-on-training: models are judged on training images": {
      wires: {
        compare: {
          images: (digits, stream, count) =>
            (stream === 3 ? digits.sets.train : digits.sets.heldOut).slice(0, count),
        },
      },
    },
    "compare-tracked-on-training: objectives are tracked on training images": {
      wires: {
        compare: {
          images: (digits, stream, count) =>
            (stream === 4 ? digits.sets.train : digits.sets.heldOut).slice(0, count),
        },
      },
    },
    "compare-all-judged: --judged changes nothing": {
      wires: {
        compare: {
          images: ({ sets }, stream, count) => stream === 3 ? sets.heldOut : sets.heldOut.slice(0, count),
        },
      },
    },
    "compare-grae-judged-diagonal: GRAE is judged by a diagonal Σ": {
      wires: { compare: { judgedBy: () => ({ kind: "mean-field" }) } },
    },
    "compare-one-noise: judging draws the noise of tracking": {
      wires: { compare: { key: (seed, stream) => folded(seeded(seed), stream === 3 ? 4 : stream) } },
    },
    "compare-noise-of-first-seed: all seeds judge with the noise of the first": {
      options: { seeds: 2 },
      wires: { compare: { key: (_, stream) => folded(seeded(3), stream) } },
    },
    "compare-not-paired: the second of a pair is another draw, not −ε": {
      wires: { compare: { other: (noise) => noise.toReversed().map((row) => row.map((one) => -one)) } },
    },
    "compare-pairs-alike: both of a pair are one draw": { wires: { compare: { other: (noise) => noise } } },
    "compare-constant-kept: losses have (n/2) log 2π": { wires: { compare: { constant: () => 0 } } },
    "compare-constant-of-grae: GRAE's reconstruction has the constant taken from it": {
      wires: { compare: { constant: (data) => data / 2 * Math.log(2 * Math.PI) } },
    },
    "compare-tracked-late: epoch 0 is tracked after training": {
      wires: { compare: { tracked: (_, end) => end } },
    },
    "compare-tracked-early: the last epoch is tracked before training": {
      wires: { compare: { tracked: (digits) => digits.initial() } },
    },
    "compare-quarters: t is quartered, not halved": { wires: { compare: { t: (k) => 4 ** -k } } },
    "compare-curvature-whole: lᵀ∇²f l is taken away whole, not half": {
      wires: { compare: { quadratic: (curvature) => curvature } },
    },
    "compare-contracted-on-training: the posterior is contracted at training images": {
      wires: {
        compare: {
          images: (digits, stream, count) =>
            (stream === 5 ? digits.sets.train : digits.sets.heldOut).slice(0, count),
        },
      },
    },
    "compare-errors-exchanged: errors of Hessian and Jacobian are exchanged": {
      report: reporting((result) => ({
        ...result,
        contractions: result.contractions.map((one: Loose) => ({
          ...one,
          hessian: one.jacobian,
          jacobian: one.hessian,
        })),
      })),
    },
    "compare-error-of-sum: standard errors are not over the images": {
      report: reporting((result) => ({
        ...result,
        judged: { ...result.judged, standardError: 3 * result.judged.standardError },
      })),
    },
    "compare-terms-of-other: between first and last epoch a loss is not the sum of its terms": {
      report: reporting((result) => ({
        ...result,
        along: result.along.map((at: Loose) =>
          at.epoch !== 1
            ? at
            : { ...at, values: { ...at.values, grae: { ...at.values.grae, loss: at.values.grae.loss - 1 } } }
        ),
      })),
    },
    "compare-judged-changed: a judged loss is a thousandth better in the results": {
      conclude: concluding(({ results }) => ({
        results: {
          ...results,
          trained: results.trained.map((one: Loose, i: number) =>
            i === 5 ? { ...one, betaVaeLoss: one.betaVaeLoss * 0.999 } : one
          ),
        },
      })),
    },
    "compare-deviation-of-fraction: deviations are fractions, not percent": {
      conclude: concluding(({ numbers }) => ({
        numbers: { ...numbers, "deviation.furthest": numbers["deviation.furthest"]! / 100 },
      })),
    },
    "compare-table-best-draws: the table has the least standard error of seeds, not the largest": {
      options: { seeds: 2 },
      conclude: (run) => ({
        ...run,
        tables: {
          ...run.tables,
          "trained.csv": run.tables["trained.csv"]!.map((row, i) =>
            i === 1 ? row.with(5, 0.9 * Number(row[5])) : row
          ),
        },
      }),
    },
    "compare-table-repeated: rows of the smooth activation repeat those of the other": {
      conclude: (run) => {
        const [head, first, second] = run.tables["gap.csv"]!;
        return {
          ...run,
          tables: { ...run.tables, "gap.csv": [head!, first!, [second![0]!, ...first!.slice(1)]] },
        };
      },
    },
    "compare-gap-of-first: the gap in the end is that after the first epoch": {
      conclude: concluding(({ numbers }) => ({
        numbers: { ...numbers, "gap.tanh.end": numbers["gap.tanh.epoch1"]! + 1e-3 },
      })),
    },
  },
};

const samples: FaultTable<Planted> = {
  "R7": {
    "samples-classifier-lost: the part of real images keeps no classifier": {
      report: keeping((tensors) =>
        Object.fromEntries(Object.entries(tensors).filter(([name]) => name !== "classifier.0.bias"))
      ),
    },
    "samples-parameters-exchanged: two objectives keep each other's parameters": {
      conclude: (run) => {
        const [reals, first, second, ...rest] = run.parts;
        return {
          ...run,
          parts: [
            reals!,
            { ...first!, tensors: second!.tensors },
            { ...second!, tensors: first!.tensors },
            ...rest,
          ],
        };
      },
    },
    "samples-accuracy-of-training: the accuracy is that on images that the classifier has seen": {
      wires: { samples: { asked: samplesWiring.learnt } },
    },
    "samples-classifier-on-held-out: the classifier is trained on held-out images": {
      wires: { samples: { learnt: samplesWiring.asked } },
    },
    "samples-classifier-limited: the classifier sees the first images alone": {
      wires: {
        samples: {
          learnt: (...given) => {
            const { images, labels } = samplesWiring.learnt(...given);
            return { images: images.slice(0, 16), labels: labels.slice(0, 16) };
          },
        },
      },
    },
    "samples-labels-shifted: labels stand one place further": {
      wires: {
        samples: {
          learnt: (...given) => {
            const { images, labels } = samplesWiring.learnt(...given);
            return { images, labels: [...labels.slice(1), labels[0]!] };
          },
        },
      },
    },
    "samples-halves-exchanged: distances are to the half that is encoded": {
      wires: { samples: { target: (encoded) => encoded } },
    },
    "samples-halves-in-order: halves are the first images and the last": {
      wires: {
        samples: {
          halves: (_, count) => {
            const all = Array.from({ length: count }, (_, i) => i);
            return [all.slice(0, count / 2), all.slice(count / 2)];
          },
        },
      },
    },
    "samples-halves-each-seed: halves are drawn by another key": {
      wires: { samples: { halves: (key, count) => samplesWiring.halves(folded(key, 1), count) } },
    },
    "samples-logits: distances are of logits": {
      wires: { samples: { features: (network, x) => classified(network, x).logits } },
    },
    "samples-pixels: distances are of pixels": { wires: { samples: { features: (_, x) => x } } },
    "samples-means-alone: distances are of means": {
      wires: {
        samples: {
          distance: (one, other) => {
            const mean = (points: Matrix): number[] => transpose(points).map(meanOf);
            const [p, q] = [mean(one), mean(other)];
            return p.reduce((sum, value, i) => sum + (value - q[i]!) ** 2, 0);
          },
        },
      },
    },
    "samples-root: distances are not squared": {
      wires: { samples: { distance: (one, other) => Math.sqrt(Math.max(0, frechet(one, other))) } },
    },
    "samples-diagonal: covariances are diagonal": {
      wires: {
        samples: {
          distance: (one, other) =>
            transpose(one).reduce(
              (sum, column, i) =>
                sum + frechet(column.map((value) => [value]), other.map((row) => [row[i]!])),
              0,
            ),
        },
      },
    },
    "samples-variance-biased: covariances are over n, not n − 1": {
      wires: {
        samples: {
          distance: (one, other) => {
            const shift = (points: Matrix): number[] => transpose(points).map(meanOf);
            const [p, q] = [shift(one), shift(other)];
            const squared = p.reduce((sum, value, i) => sum + (value - q[i]!) ** 2, 0);
            return squared + (frechet(one, other) - squared) * (one.length - 1) / one.length;
          },
        },
      },
    },
    "samples-untrained-trained: the untrained decoder is one of another seed": {
      wires: {
        samples: {
          untrained: (digits) => {
            const state = digits.initial();
            return { ...state, parameters: state.parameters.map((one) => 2 * one) };
          },
        },
      },
    },
    "samples-sources-exchanged: samples of N(0, I) and of the aggregate posterior are exchanged": {
      wires: { samples: { source: (source) => source === "prior" ? "aggregate" : "prior" } },
    },
    "samples-prior-for-both: both sources are N(0, I)": { wires: { samples: { source: () => "prior" } } },
    "samples-noise-shared: both sources have one noise": {
      wires: {
        samples: { noise: (seed, _, count, latent) => samplesWiring.noise(seed, "prior", count, latent) },
      },
    },
    "samples-noise-of-first-seed: all seeds draw the noise of the first": {
      options: { seeds: 2 },
      wires: { samples: { noise: (_, ...rest) => samplesWiring.noise(3, ...rest) } },
    },
    "samples-noise-wide: draws of the prior have standard deviation 1.1": {
      wires: {
        samples: {
          noise: (seed, source, ...rest) =>
            samplesWiring.noise(seed, source, ...rest).map((row) =>
              row.map((one) => (source === "prior" ? 1.1 : 1) * one)
            ),
        },
      },
    },
    "samples-grae-diagonal: GRAE encodes with a diagonal Σ": {
      wires: { samples: { family: () => ({ kind: "mean-field" }) } },
    },
    "samples-star-for-grae: GRAE's parts train GRAE*": {
      wires: { samples: { trained: (objective) => objective === "grae" ? "grae-star" : objective } },
    },
    "samples-shown-of-aggregate: the samples that are shown are all of the aggregate posterior": {
      report: reporting((result) =>
        result.kind === "model"
          ? { ...result, shown: { ...result.shown, prior: result.shown.aggregate } }
          : result
      ),
    },
    "samples-floor-of-samples: the floor is the distance of an untrained decoder": {
      report: reporting((result) =>
        result.kind === "reals" ? { ...result, floor: result.untrained } : result
      ),
    },
    "samples-ratio-of-others: ratios are to GRAE": {
      conclude: concluding(({ numbers }) => ({
        numbers: { ...numbers, "ratio.prior.grae.mean": 1, "ratio.prior.grae.least": 1 },
      })),
    },
    "samples-table-sources-exchanged: the table has distances of one source under the other": {
      conclude: (run) => {
        const [head, first, second, ...rest] = run.tables["distances.csv"]!;
        return {
          ...run,
          tables: {
            "distances.csv": [head!, first!.with(3, second![3]!), second!.with(3, first![3]!), ...rest],
          },
        };
      },
    },
    "samples-model-exchanged: distances of two models are exchanged in the results": {
      conclude: concluding(({ results }) => {
        const [first, second, ...rest] = results.models;
        return {
          results: {
            ...results,
            models: [{ ...first, prior: second.prior }, { ...second, prior: first.prior }, ...rest],
          },
        };
      }),
    },
  },
};

const uniqueness: FaultTable<Planted> = {
  "R8": {
    "uniqueness-kinds-alike: members of all kinds of W have one key": {
      wires: { uniqueness: { key: (seed, latent, _, member) => folded(seeded(seed), latent, 0, member) } },
    },
    "uniqueness-seeds-alike: all members have one key": {
      wires: { uniqueness: { key: (seed, latent, kind) => folded(seeded(seed), latent, kind, 0) } },
    },
    "uniqueness-family-mixed: isotropic fits are mean-field ones": {
      wires: { uniqueness: { family: ({ family }) => family === "isotropic" ? "mean-field" : family } },
    },
    "uniqueness-trained-at-half: losses have another β": {
      wires: { uniqueness: { beta: (beta) => beta / 2 } },
    },
    "uniqueness-noise-transposed: noise of a step is laid out latent by latent": {
      wires: {
        uniqueness: { noise: (key, batch, latent) => transpose(wiring.noise(key, latent, batch)) },
      },
    },
    "uniqueness-loss-sampled: a loss with two latents is of one draw": {
      wires: {
        uniqueness: {
          draws: (count, latent) => [wiring.noise(seeded(0), count, latent)],
        },
      },
    },
    "uniqueness-pentagon: the noise of losses has radius 1": {
      wires: {
        uniqueness: {
          draws: (...given) =>
            uniquenessWiring.draws(...given).map((draw) => draw.map((row) => row.map((one) => one / 2))),
        },
      },
    },
    "uniqueness-loss-of-batch: losses are measured on a batch": {
      wires: { uniqueness: { measured: (examples) => examples.slice(0, 8) } },
    },
    "uniqueness-in-order: columns are matched in their order": {
      wires: {
        uniqueness: {
          align: (a, b) =>
            meanOf(
              transpose(a).map((u, j) =>
                uniquenessWiring.align(u.map((one) => [one]), b.map((row) => [row[j]!]))
              ),
            ),
        },
      },
    },
    "uniqueness-best-column: several columns may be matched with one": {
      wires: {
        uniqueness: {
          align: (a, b) =>
            meanOf(
              transpose(b).map((u) =>
                Math.max(
                  ...transpose(a).map((v) =>
                    uniquenessWiring.align(v.map((one) => [one]), u.map((one) => [one]))
                  ),
                )
              ),
            ),
        },
      },
    },
    "uniqueness-axes-for-columns: alignment to W is that to its axes": {
      wires: { uniqueness: { toTruth: ({ axes }) => axes } },
    },
    "uniqueness-columns-for-axes: alignment to the axes is that to W": {
      wires: { uniqueness: { toPrincipal: ({ weights }) => weights } },
    },
    "uniqueness-angle-turned: angles are of W to A": {
      wires: {
        uniqueness: {
          inPlane: (estimate, truth) => {
            const found = uniquenessWiring.inPlane(estimate, truth), quarter = Math.PI / 2;
            return { ...found, angle: (quarter - found.angle) % quarter };
          },
        },
      },
    },
    "uniqueness-not-mirrored: fits that mirror W are not turned round": {
      wires: {
        uniqueness: {
          inPlane: (estimate, truth) => {
            // Both fits, and the worse of them where they differ.
            const plain = uniquenessWiring.inPlane(estimate, truth);
            const other = uniquenessWiring.inPlane(estimate.map(([a, b]) => [a!, -b!]), truth);
            return { ...plain, along: other.along - 0.5 * plain.across, across: plain.across };
          },
        },
      },
    },
    "uniqueness-angles-not-scaled: the test of uniformity is over the whole circle": {
      wires: {
        uniqueness: {
          uniform: (angles) => uniquenessWiring.uniform(angles.map((angle) => angle / 4)),
        },
      },
    },
    "uniqueness-turned-noise-shared: all angles of a turned model share their noise": {
      wires: { uniqueness: { turnedKey: (key) => folded(key, 4) } },
    },
    "uniqueness-turned-in-order: latents are turned in their own order": {
      options: { turned: 6, latents: [4] },
      wires: { uniqueness: { order: (a) => a[0]!.map((_, j) => j) } },
    },
    "uniqueness-turned-back: latents are turned the other way": {
      wires: { uniqueness: { angle: (k, count) => -uniquenessWiring.angle(k, count) } },
    },
    "uniqueness-half-turns: angles go to π": {
      wires: { uniqueness: { angle: (k, count) => 2 * uniquenessWiring.angle(k, count) } },
    },
    "uniqueness-theory-unrestricted: theory is that of a full Σ": {
      wires: {
        uniqueness: { least: (a, w, _, noise, beta) => leastLoss(a, w, { kind: "full" }, noise, beta) },
      },
    },
    "uniqueness-theory-of-variance: theory has σ for σ²": {
      wires: {
        uniqueness: { least: (a, w, family, noise, beta) => leastLoss(a, w, family, Math.sqrt(noise), beta) },
      },
    },
    "uniqueness-theory-at-half: theory has another β": {
      wires: {
        uniqueness: { least: (a, w, family, noise, beta) => leastLoss(a, w, family, noise, beta / 2) },
      },
    },
    "uniqueness-base-of-first: losses of turned models are over those of the isotropic family": {
      wires: { uniqueness: { base: () => 0 } },
    },
    "uniqueness-recovered-all: fits below 0.99 count as recovered": {
      conclude: concluding(({ numbers }) => ({
        numbers: Object.fromEntries(
          Object.entries(numbers).map(([name, value]) => [
            name,
            name.endsWith(".recovered") ? numbers[name.replace("recovered", "count")]! : value,
          ]),
        ),
      })),
    },
    "uniqueness-table-constant-of-latents: losses of the table are less (d/2) log 2π": {
      conclude: (run) => ({
        ...run,
        tables: {
          "alignment.csv": run.tables["alignment.csv"]!.map((row, i) =>
            i === 0 ? row : row.with(8, Number(row[8]) + 2 * Math.log(2 * Math.PI))
          ),
        },
      }),
    },
    "uniqueness-worst-of-median: the worst is the median": {
      conclude: concluding(({ numbers }) => ({
        numbers: { ...numbers, "latents.2.all.worst": numbers["latents.2.all.median"]! },
      })),
    },
    "uniqueness-loss-per-batch: a fit's loss is twice what it is": {
      report: reporting((result) =>
        result.kind === "fits"
          ? { ...result, fits: result.fits.map((one: Loose) => ({ ...one, loss: 2 * one.loss })) }
          : result
      ),
    },
    "uniqueness-orientations-exchanged: p of two optimisers are exchanged": {
      conclude: concluding(({ results }) => {
        const [first, second, ...rest] = results.orientations;
        return {
          results: {
            ...results,
            orientations: [{ ...first, angles: second.angles }, { ...second, angles: first.angles }, ...rest],
          },
        };
      }),
    },
  },
};

const TABLES = { metric, compare, samples, uniqueness } as const;

/** Every mistake in the wiring of a study. */
export const studyMutants: readonly Mutant[] = Object.entries(TABLES).flatMap(([study, table]) =>
  rows(table, (id, description, rejectedBy, mistake): Mutant => ({
    ...{ id, description, rejectedBy },
    subject: {
      ...plausibleStudies({ study: study as keyof typeof TABLES, ...mistake }),
      name: `a plausible run of ${study}, but ${description}`,
    },
  }))
);
