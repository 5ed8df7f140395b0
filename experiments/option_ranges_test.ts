import {
  assertChoices,
  assertNumbers,
  BETA,
  between,
  type Choice,
  from,
  FROM_ZERO,
  list,
  type Numbers,
  POSITIVE,
  SHARE,
} from "./runner/option_ranges.ts";
import { compareStudy } from "./compare/study.ts";
import { imagesStudy } from "./images/study.ts";
import { metricStudy } from "./metric/study.ts";
import { mnistStudy } from "./mnist/study.ts";
import type { OptionTable } from "./runner/options.ts";
import { samplesStudy } from "./samples/study.ts";
import { uniquenessStudy } from "./uniqueness/study.ts";

const IMAGES: Record<string, Numbers> = {
  size: [between(8, 256)],
  channels: [{ taken: [1, 3], refused: [0, 2, 4] }],
};
const hidden = list(from(1)), epochs = between(1, 50_000);
/** The ranges that the help of each study states, and its defaults, written down again. */
const NUMBERS:
  readonly (readonly [{ readonly name: string; readonly options: OptionTable }, Record<string, Numbers>])[] =
    [
      [mnistStudy, {
        ...IMAGES,
        hidden: [hidden, [500, 500], [64]],
        epochs: [epochs, 15, 1],
        batch: [from(1), 128],
        learningRate: [POSITIVE, 1e-3],
        limit: [from(1), undefined, 2000],
        beta: [BETA, 0.2],
        latent: [from(1), 8],
        block: [from(1), 2],
        betaWarmup: [FROM_ZERO, 0],
        clipGradient: [POSITIVE],
        weightDecay: [FROM_ZERO, 0],
      }],
      [compareStudy, {
        ...IMAGES,
        hidden: [hidden, [128, 128], [32]],
        seeds: [from(1), 3],
        epochs: [epochs, 8, 6],
        batch: [from(1), 128, 50],
        learningRate: [POSITIVE, 1e-3, 3e-3],
        limit: [from(1), undefined, 600],
        betas: [list(BETA), [0.1, 0.2, 0.4, 0.6, 0.8, 1, 2]],
        latent: [from(1), 8, 4],
        judged: [from(1), undefined, 200],
        tracked: [from(1), 200, 40],
        // A standard error is of two at least.
        pairs: [from(2), 16, 8],
        columns: [from(2), 8],
        contracted: [from(1), 32, 8],
        contractedPairs: [from(2), 64, 32],
        // An order is a slope over four errors.
        halvings: [from(3), 6],
      }],
      [metricStudy, {
        ...IMAGES,
        hidden: [hidden, [128, 64], [64, 32]],
        seeds: [from(1), 10],
        epochs: [epochs, 6, 1],
        batch: [from(1), 64, 32],
        learningRate: [POSITIVE, 2e-3, 5e-3],
        limit: [from(1), undefined, 6400],
      }],
      [imagesStudy, {
        hidden: [hidden, [256, 128], [32]],
        seeds: [from(1), 5],
        epochs: [epochs, 40, 2],
        batch: [from(1), 64, 32],
        learningRate: [POSITIVE, 1e-3, 3e-3],
        limit: [from(1), undefined, 320],
        size: [between(16, 64), 32, 16],
        beta: [BETA, 0.2],
        latent: [from(2), 8, 4],
        block: [from(1), 2],
        pairs: [from(2), 8, 2],
        votes: [from(10), 300, 40],
      }],
      [samplesStudy, {
        ...IMAGES,
        hidden: [hidden, [128, 128], [32]],
        seeds: [from(1), 10],
        epochs: [epochs, 10, 4],
        batch: [from(1), 128, 40],
        learningRate: [POSITIVE, 1e-3, 5e-3],
        limit: [from(1), undefined, 1000],
        beta: [BETA, 0.2],
        latent: [from(1), 8],
        classifierHidden: [hidden, [256, 64], [64, 32]],
        classifierEpochs: [from(1), 10, 4],
      }],
      [uniquenessStudy, {
        latents: [list(from(2)), [2, 3, 4, 5], [2]],
        noise: [POSITIVE, 0.05],
        beta: [BETA, 1],
        // Fits are compared in pairs.
        seeds: [from(2), 20],
        seedsBeyondPlane: [from(2), 5],
        orientations: [from(2), 100],
        examples: [from(1), 4096],
        batch: [from(1), 32],
        stepsPerLatent: [from(1), 1500, 450],
        learningRate: [POSITIVE, 1e-3, 2e-3],
        momentum: [SHARE, 0.96],
        adamRate: [POSITIVE, 0.02],
        turned: [from(1), 20],
        angles: [from(2), 13, 5],
        turnedSteps: [from(1), 600, 200],
      }],
    ];

for (const [{ name, options }, numbers] of NUMBERS) {
  Deno.test(`every number of ${name} is taken at the ends of its range and refused just beyond, and has its default within it`, () =>
    assertNumbers(options, numbers));
}

const DATA: Record<string, Choice> = { dataset: ["mnist"], binarise: ["none"] };
const DENSE: Record<string, Choice> = { architecture: ["dense"], activation: ["relu"] };
/** Defaults that are no numbers, written down again. */
const CHOICES:
  readonly (readonly [{ readonly name: string; readonly options: OptionTable }, Record<string, Choice>])[] = [
    [mnistStudy, {
      ...{ ...DATA, ...DENSE },
      objective: ["beta-vae"],
      posterior: ["block"],
      likelihood: ["gaussian"],
      learningRateSchedule: ["constant"],
    }],
    [compareStudy, { ...DATA, ...DENSE, smooth: ["tanh"] }],
    [metricStudy, { ...DATA, ...DENSE, activation: ["relu", "elu"] }],
    [imagesStudy, { ...DENSE, datasets: ["all"] }],
    [samplesStudy, { ...DATA, ...DENSE }],
    [uniquenessStudy, { activations: ["all", ["identity"]] }],
  ];

for (const [{ name, options }, choices] of CHOICES) {
  Deno.test(`what ${name} takes where nothing is asked for is as its help states`, () =>
    assertChoices(options, choices));
}
