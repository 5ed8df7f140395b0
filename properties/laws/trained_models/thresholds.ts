/**
 * What the laws on trained models allow, in one place: each figure with what was measured and the margin. For runs, and for
 * the short training.
 *
 * @module
 */

import type { Threshold } from "./threshold.ts";

/** Models of a kind that differ by their seed alone, at the least. */
export const SEEDS: Threshold = { run: 3, short: 2, because: "fewer seeds would show a single model" };

/** E2: panels of the slide, at the least. */
export const PANEL_COUNT: Threshold = {
  run: 4,
  short: 4,
  because: "the slide has four",
};

/** E1: pairs of variances of a model, at the least. */
export const PAIRS: Threshold = { run: 100, short: 100, because: "so that nine tenths of them are a figure" };
/** E1: log of the ninth decile of the predictions over the first, at the least: latents that are used and that are not. */
export const PREDICTED_SPREAD: Threshold = {
  run: 1,
  short: 0.61,
  because:
    "the least over ten seeds or more was 1.6, and 0.92 in short trainings over ten; two thirds of it are asked for",
};
/** E1: median of |log(found/predicted)| of a model, at the most. */
export const VARIANCE_MEDIAN: Threshold = {
  run: 0.55,
  short: 0.82,
  because:
    "the most over ten seeds or more was 0.36, and 0.54 in short trainings over ten; half as much again is allowed",
};
/** E1: ninth decile of |log(found/predicted)| of a model, at the most. */
export const VARIANCE_NINTH_DECILE: Threshold = {
  run: 1.5,
  short: 2.2,
  because:
    "the most over ten seeds or more was 0.93, and 1.4 in short trainings over ten; half as much again is allowed",
};
/** E1: |median of log(found/predicted)| of a model, at the most. */
export const VARIANCE_BIAS: Threshold = {
  run: 0.28,
  short: 0.36,
  because:
    "the most over ten seeds or more was 0.19, and 0.23 in short trainings over ten; half as much again is allowed",
};
/** E1: distance from 1 of the slope of log found over log predicted, at the most. */
export const VARIANCE_SLOPE: Threshold = {
  run: 0.22,
  short: 0.45,
  because:
    "the most over ten seeds or more was 0.14, and 0.29 in short trainings over ten; half as much again is allowed",
};
/** E1: distance from 1 of the correlation of log found and log predicted, at the most. */
export const VARIANCE_CORRELATION: Threshold = {
  run: 0.3,
  short: 0.78,
  because:
    "the most over ten seeds or more was 0.2, and 0.51 in short trainings over ten; half as much again is allowed",
};
/** E1: |log| of the mean prediction over the one from the mean metric, at the most: columns vary from digit to digit. */
export const PREDICTED_BY_METRIC: Threshold = {
  run: 0.43,
  short: 0.26,
  because:
    "the most over ten seeds or more was 0.28, and 0.17 in short trainings over ten; half as much again is allowed",
};
/** E1: by how much more than the mean-field control's the median of log(found/predicted) of the full one is, at the least. */
export const FULL_ABOVE_MEAN_FIELD: Threshold = {
  run: 0.57,
  short: 0.3,
  because:
    "the least over ten seeds or more was 1.7, and 0.92 in short trainings over ten; a third of it is asked for",
};

/** E2: mean off-block |JᵀJ| over the mean off the diagonal inside blocks, of a block model after training, at the most. */
export const BLOCK_RATIO: Threshold = {
  run: 0.81,
  short: 2.1,
  because:
    "the most over ten seeds or more was 0.65, and 1.6 in short trainings over ten; a quarter as much again is allowed; where latents die early a single short training says little, and the mean over seeds is what is held",
};
/** E2: geometric mean over seeds of the same ratio, at the most. */
export const MEAN_BLOCK_RATIO: Threshold = {
  run: 0.61,
  short: 0.8,
  because:
    "the most over ten seeds or more was 0.48, and 0.63 in short trainings over ten; a quarter as much again is allowed",
};
/** E2: |log| of the same ratio of a control after training, or of any model before, at the most. */
export const LOG_RATIO_OF_ONE: Threshold = {
  run: 0.84,
  short: 1.8,
  because:
    "the most over ten seeds or more was 0.56, and 1.2 in short trainings over ten; half as much again is allowed",
};
/** E2: |mean over seeds of the log ratio| of a control after training, or of any model before, at the most. */
export const MEAN_LOG_RATIO_OF_ONES: Threshold = {
  run: 0.37,
  short: 1.5,
  because:
    "the most over ten seeds or more was 0.091, and 0.37 in short trainings over ten; since this is a mean over few seeds, four times as much is allowed",
};
/** E2: the least geometric mean over seeds of a control's ratio over the greatest of a panel's, at the least. */
export const RATIO_SEPARATION: Threshold = {
  run: 1.5,
  short: 1,
  because:
    "the least over ten seeds or more was 1.9, and 1.2 in short trainings over ten; five sixths of it are asked for",
};
/** E2: ‖after − before‖ over ‖before‖ of the metric, Frobenius, at the least. */
export const METRIC_CHANGE: Threshold = {
  run: 1.8,
  short: 0.24,
  because:
    "the least over ten seeds or more was 2.8, and 0.37 in short trainings over ten; two thirds of it are asked for",
};
/** E2: mean |JᵀJ| off the diagonal over that on it: of the full control over that of the mean-field one, at the least. */
export const FULL_OVER_MEAN_FIELD_SHARE: Threshold = {
  run: 1.3,
  short: 1.1,
  because:
    "the least over ten seeds or more was 2.1, and 1.7 in short trainings over ten; two thirds of it are asked for",
};

/** E3: values of β, at the least. */
export const BETAS: Threshold = { run: 3, short: 2, because: "fewer would not be a curve" };
/** E3: greatest mean yardstick of the β-VAE over β less the least, over the least, at the least. */
export const YARDSTICK_SPREAD: Threshold = {
  run: 0.62,
  short: 0.16,
  because:
    "the least over three seeds at each of seven β and ten at β = 2 was 0.94, and 0.25 in short trainings over ten; two thirds of it are asked for",
};
/** E3: relative deviation of an objective's mean yardstick over seeds from the β-VAE's at the same β, at the most. */
export const YARDSTICK_DEVIATION: Threshold = {
  run: 0.097,
  short: 0.2,
  because:
    "the most over three seeds at each of seven β and ten at β = 2 was 0.065, and 0.15 in short trainings over ten; half as much again is allowed of runs, a third of short trainings",
};
/** E3: the same deviation over the spread of the β-VAE over β, at the most. */
export const YARDSTICK_DEVIATION_OF_SPREAD: Threshold = {
  run: 0.19,
  short: 0.89,
  because:
    "the most over three seeds at each of seven β and ten at β = 2 was 0.12, and 0.59 in short trainings over ten; half as much again is allowed",
};
/** E3: relative deviation of an objective from the β-VAE's loss on the same model, mean over seeds, after training. */
export const TRACKING_AT_THE_END: Threshold = {
  run: 0.063,
  short: 0.11,
  because:
    "the most over three seeds at each of seven β and ten at β = 2 was 0.042, and 0.073 in short trainings over ten; half as much again is allowed",
};
/** E3: the same after any epoch but before the first. */
export const TRACKING: Threshold = {
  run: 0.52,
  short: 0.59,
  because:
    "the most over three seeds at each of seven β and ten at β = 2 was 0.34, and 0.39 in short trainings over ten; half as much again is allowed",
};
/** E3: loss after training over loss before, at the most. */
export const LOSS_LEFT: Threshold = {
  run: 0.78,
  short: 0.87,
  because:
    "the most over three seeds at each of seven β and ten at β = 2 was 0.55, and 0.61 in short trainings over ten; two fifths as much again are allowed",
};
/**
 * E3: relative error of figures that are equal or ordered in exact arithmetic: float32, over the digits that are tracked, 200
 * in a run and 30 in the short training.
 */
export const FLOAT32: Threshold = {
  run: 1e-4,
  short: 1e-4,
  because:
    "sums of 784 pixels and over digits in float32, measured against float64: 1e-6; two decades of margin",
};
/** E3: relative deviation of stochastic GRAE* from GRAE* on the same model: for each digit the mean of a few columns drawn. */
export const ONE_COLUMN: Threshold = {
  run: 0.021,
  short: 0.0083,
  because:
    "the most over three seeds at each of seven β and ten at β = 2 was 0.014, and 0.0055 in short trainings over ten; half as much again is allowed",
};

/** E4: share of held-out digits that the classifier gets right, at the least. */
export const ACCURACY: Threshold = {
  run: 0.93,
  short: 0.89,
  because:
    "the least over ten seeds or more was 0.95, and 0.93 in short trainings over ten; two thirds of it are asked for",
};
/** E4: floor over the distance of an untrained decoder, at the most. */
export const FLOOR_SHARE: Threshold = {
  run: 0.0017,
  short: 0.0019,
  because:
    "the most over ten seeds or more was 0.0011, and 0.0012 in short trainings over ten; half as much again is allowed",
};
/** E4: distance of a trained model over that of an untrained decoder, at the most. */
export const TRAINED_SHARE: Threshold = {
  run: 0.15,
  short: 0.38,
  because:
    "the most over ten seeds or more was 0.098, and 0.25 in short trainings over ten; half as much again is allowed",
};
/** E4: |log| of an objective's mean distance over seeds over the β-VAE's at the same β, at the most. */
export const FRECHET_LOG_FACTOR: Threshold = {
  run: 0.27,
  short: 0.6,
  because:
    "the most over ten seeds or more was 0.17, and 0.4 in short trainings over ten; half as much again is allowed",
};
/** E4: mean distance from the aggregate posterior over that from the prior, for an objective at a β, at the most. */
export const AGGREGATE_OVER_PRIOR: Threshold = {
  run: 0.64,
  short: 1,
  because:
    "the most over ten seeds or more was 0.32, and 0.65 in short trainings over ten; twice as much is allowed, but not more than the prior",
};
/** E4: distance of a trained model over the floor, at the least. */
export const ABOVE_FLOOR: Threshold = {
  run: 12,
  short: 15,
  because:
    "the least over ten seeds or more was 19, and 23 in short trainings over ten; two thirds of it are asked for",
};

/** E5: fits of a kind with two latents that differ by their seed alone, at the least. */
export const PLANE_SEEDS: Threshold = { run: 10, short: 10, because: "all seeds are meant to recover W" };
/** E5: the same with more latents. */
export const FIT_SEEDS: Threshold = {
  run: 5,
  short: 5,
  because: "each has several columns that are to be recovered",
};
/** E5: distance from 1 of mean |cosine| where the axes are recovered: two latents, identity and tanh, any seed, at the most. */
export const RECOVERED_IN_THE_PLANE: Threshold = {
  run: 0.011,
  short: 0.028,
  because:
    "the most over ten seeds or more was 0.0067, and 0.018 in short trainings over ten; half as much again is allowed",
};
/** E5: the same with leaky ReLU, whose two slopes keep columns of J = diag(ν′) W from being orthogonal at each x. */
export const RECOVERED_BY_LEAKY_RELU: Threshold = {
  run: 0.041,
  short: 0.041,
  because:
    "the most over ten seeds or more was 0.027, and short trainings have none; half as much again is allowed",
};
/** E5: the same with more latents and any ν, of the median seed: not every training has come to its end. */
export const RECOVERED_BEYOND_THE_PLANE: Threshold = {
  run: 0.037,
  short: 0.037,
  because:
    "the most over five seeds of each of nine kinds was 0.024, and short trainings have none; half as much again is allowed",
};
/** E5: how often a mean over seeds of mean |cosine| to W is above its bound where the rotation is random, at the most. */
export const ARBITRARY_LEVEL: Threshold = {
  run: 1e-6,
  short: 1e-6,
  because: "the rate of false alarms of a kind of fits, were the seeds drawn anew",
};
/** E5: greatest less least mean |cosine| over seeds where the rotation is arbitrary, at the least. */
export const ARBITRARY_RANGE: Threshold = {
  run: 0.087,
  short: 0.11,
  because:
    "the least over ten seeds or more was 0.13, and 0.18 in short trainings over ten; two thirds of it are asked for",
};
/** E5: |toTruth − toPrincipal| where W's columns are orthogonal and of distinct norms: they are its principal axes. */
export const SAME_AXES: Threshold = {
  run: 1e-6,
  short: 1e-6,
  because:
    "the columns of W are its left singular vectors but for their norms, both in float64, and the fitted columns are the same",
};
/** E5: relative difference of the mean losses of the full and the mean-field family, whose optima are the same. */
export const SAME_LOSS: Threshold = {
  run: 0.0013,
  short: 0.0055,
  because:
    "the most over ten seeds or more was 0.00086, and 0.0037 in short trainings over ten; half as much again is allowed",
};
/** E5: landings of a kind, at the least. */
export const LANDINGS: Threshold = {
  run: 20,
  short: 10,
  because: "Rayleigh's p is good to 0.001 from 10 angles on",
};
/** E5: ninth decile over fits of the angle between a recovered axis and W's, radians, at the most. */
export const NINTH_LANDING_ANGLE: Threshold = {
  run: 0.017,
  short: 0.14,
  because:
    "the most over ten seeds or more was 0.011, and 0.088 in short trainings over ten; half as much again is allowed",
};
/** E5: any such angle, in whole runs; short trainings need not all have come to their end. */
export const LANDING_ANGLE: Threshold = {
  run: 0.028,
  short: Infinity,
  because: "the most over a hundred seeds was 0.018; half as much again is allowed",
};
/** E5: p below which uniform angles are rejected: as often a false alarm, were the seeds drawn anew. */
export const UNIFORM_LEVEL: Threshold = { run: 1e-4, short: 1e-4, because: "the level of the test" };
/** E5: p of mean-field angles, at the most. */
export const GATHERED: Threshold = {
  run: 1e-6,
  short: 1e-3,
  because: "p of angles that are all alike, by their number",
};
/** E5: the widest arc of [0, π/2), as a circle, without an angle, radians, at the most. */
export const WIDEST_GAP: Threshold = {
  run: 0.3,
  short: 0.8,
  because:
    "n uniform angles leave a gap above g with a probability of n exp(−2ng/π) at the most: 5e-7 for 100 above 0.3, 8e-4 for 20 above 0.8; seen were 0.078 and 0.39",
};
