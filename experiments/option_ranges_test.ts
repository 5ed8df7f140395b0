import { assert, assertEquals, assertThrows } from "@std/assert";
import * as v from "valibot";
import { compareStudy } from "./compare/study.ts";
import { imagesStudy } from "./images/study.ts";
import { metricStudy } from "./metric/study.ts";
import { mnistStudy } from "./mnist/study.ts";
import { flagOf, type OptionTable, UsageError, valueOf } from "./runner/options.ts";
import { samplesStudy } from "./samples/study.ts";
import { uniquenessStudy } from "./uniqueness/study.ts";

/** The next float64 above and below. */
const next = (x: number): number => x + Number.EPSILON * x,
  before = (x: number): number => x - Number.EPSILON * x;
const [SMALLEST, LARGEST] = [2 ** -149, (2 - 2 ** -23) * 2 ** 127];

/** Texts at the ends of a range, which are taken, and just beyond, which are refused. */
interface Range {
  readonly taken: readonly (string | number)[];
  readonly refused: readonly (string | number)[];
}
const from = (least: number): Range => ({
  taken: [least, 2 ** 53 - 1],
  refused: [least - 1, 2 ** 53, least + 0.5],
});
const between = (least: number, most: number): Range => ({
  taken: [least, most],
  refused: [least - 1, most + 1],
});
/** Halfway to the next number, float32 rounds up to infinity, or down to 0. */
const OVERFLOWS = 2 ** 128 - 2 ** 103, VANISHES = 2 ** -150;
const POSITIVE: Range = {
  taken: [SMALLEST, next(VANISHES), LARGEST, before(OVERFLOWS)],
  refused: [0, VANISHES, OVERFLOWS],
};
const FROM_ZERO: Range = { taken: [0, LARGEST], refused: [-SMALLEST, OVERFLOWS] };
/** Of the inverse, too: that of 2⁻¹²⁸ and of less overflows. */
const BETA: Range = { taken: [next(2 ** -128) + 2 ** -149, LARGEST], refused: [0, 2 ** -128, OVERFLOWS] };
const SHARE: Range = { taken: [0, before(1)], refused: [-SMALLEST, 1] };
const list = ({ taken, refused }: Range): Range => ({
  taken: [...taken, taken.join()],
  refused: [...refused.map((beyond) => `${taken[0]},${beyond}`), ""],
});

const IMAGES = { size: between(8, 256), channels: between(1, 3) };
const TRAINING = {
  hidden: list(from(1)),
  seeds: from(1),
  epochs: between(1, 50_000),
  batch: from(1),
  learningRate: POSITIVE,
  limit: from(1),
};
/** The ranges that the help of each study states, written down again. */
const RANGES:
  readonly (readonly [{ readonly name: string; readonly options: OptionTable }, Record<string, Range>])[] = [
    [mnistStudy, {
      ...{
        ...IMAGES,
        hidden: TRAINING.hidden,
        epochs: TRAINING.epochs,
        batch: from(1),
        learningRate: POSITIVE,
        limit: from(1),
      },
      ...{
        beta: BETA,
        latent: from(1),
        block: from(1),
        betaWarmup: FROM_ZERO,
        clipGradient: POSITIVE,
        weightDecay: FROM_ZERO,
      },
    }],
    [compareStudy, {
      ...IMAGES,
      ...TRAINING,
      betas: list(BETA),
      latent: from(1),
      judged: from(1),
      tracked: from(1),
      // A standard error is of two at least.
      pairs: from(2),
      columns: from(2),
      contracted: from(1),
      contractedPairs: from(2),
      // An order is a slope over four errors.
      halvings: from(3),
    }],
    [metricStudy, { ...IMAGES, ...TRAINING }],
    [imagesStudy, {
      ...TRAINING,
      size: between(16, 64),
      beta: BETA,
      latent: from(2),
      block: from(1),
      pairs: from(2),
      votes: from(10),
    }],
    [samplesStudy, {
      ...IMAGES,
      ...TRAINING,
      beta: BETA,
      latent: from(1),
      classifierHidden: list(from(1)),
      classifierEpochs: from(1),
    }],
    [uniquenessStudy, {
      latents: list(from(2)),
      noise: POSITIVE,
      beta: BETA,
      // Fits are compared in pairs.
      seeds: from(2),
      seedsBeyondPlane: from(2),
      orientations: from(2),
      examples: from(1),
      batch: from(1),
      stepsPerLatent: from(1),
      learningRate: POSITIVE,
      momentum: SHARE,
      adamRate: POSITIVE,
      turned: from(1),
      angles: from(2),
      turnedSteps: from(1),
    }],
  ];

for (const [{ name, options }, ranges] of RANGES) {
  Deno.test(`every number of ${name} is taken at the ends of its range and refused just beyond, and defaults are within it`, () => {
    const numbers = Object.entries(options).filter(([, { kind }]) =>
      /^(N|NUMBER)\b/.test(kind?.placeholder ?? "")
    );
    assertEquals(numbers.map(([key]) => key).sort(), Object.keys(ranges).sort());
    for (const [key, { kind, standard, quick }] of numbers) {
      const { taken, refused } = ranges[key]!;
      for (const text of taken) valueOf(key, kind!, String(text));
      for (const text of refused) {
        const { message } = assertThrows(
          () => valueOf(key, kind!, String(text)),
          UsageError,
          undefined,
          `${key} ${text}`,
        );
        assert(message.startsWith(`--${key} must be ${kind!.what}, but it is "${text}"`), message);
      }
      for (const value of [standard, quick ?? standard]) {
        if (value !== null) assert(v.is(kind!.schema, value), `--${flagOf(key)} ${value}`);
      }
    }
  });
}
