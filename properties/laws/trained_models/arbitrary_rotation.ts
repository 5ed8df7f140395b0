/**
 * How near columns come to W's by chance, where any rotation of the latents is as good.
 *
 * @module
 */

/** Rotations to the nearest signed permutation: the greatest angle, the density of angles, and the alignment at one. */
interface Nearest {
  readonly greatest: number;
  readonly density: (angle: number) => number;
  readonly alignment: (angle: number) => number;
}

/** φ of a random rotation of the plane is uniform on [0, π/4], and both cosines are cos φ. */
const PLANE: Nearest = {
  greatest: Math.PI / 4,
  density: () => 4 / Math.PI,
  alignment: Math.cos,
};

/**
 * In space a random rotation is by ω with density (1 − cos ω)/π, and its trace, 1 + 2 cos ω, is three times the mean cosine.
 * 24 signed permutations are rotations, and of the angles to them the least is what counts: it is no likelier to be below
 * ω than any of the 24 is, 24 (ω − sin ω)/π, and that is 1 at the greatest angle below.
 */
const SPACE: Nearest = {
  greatest: leastRoot((angle) => 24 * (angle - Math.sin(angle)) / Math.PI - 1, Math.PI),
  density: (angle) => 24 * (1 - Math.cos(angle)) / Math.PI,
  alignment: (angle) => (1 + 2 * Math.cos(angle)) / 3,
};

/** With more latents rotations are farther from signed permutations still, so that those of space are an upper bound. */
const nearest = (latent: number): Nearest => latent === 2 ? PLANE : SPACE;

/** Where an increasing function that is negative at 0 passes 0, below `most`: by halving. */
function leastRoot(increasing: (x: number) => number, most: number): number {
  let [below, above] = [0, most];
  for (let i = 0; i < 60; i++) {
    const middle = (below + above) / 2;
    if (increasing(middle) < 0) below = middle;
    else above = middle;
  }
  return below;
}

/** Expectation of a function of the alignment, by the midpoint rule. */
function expectation({ greatest, density, alignment }: Nearest, f: (alignment: number) => number): number {
  const steps = 250, step = greatest / steps;
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const angle = (i + 0.5) * step;
    sum += density(angle) * f(alignment(angle));
  }
  return sum * step;
}

/** What the mean |cosine| of columns at random is in expectation, or an upper bound of it: 2√2/π = 0.900 for two latents. */
export function arbitraryAlignmentMean(latent: number): number {
  return expectation(nearest(latent), (alignment) => alignment);
}

/**
 * What the mean over seeds of mean |cosine| exceeds with a probability of at most `level`, where each seed has its own
 * random rotation of W: min over λ of [log E exp(λ a) + log(1/level)/seeds]/λ, and each λ gives a bound.
 *
 * For orthogonal columns of equal norms a is distributed as above. Distinct norms make it smaller at every angle: with
 * t = tan² φ ≤ 1 and the norms' ratio r it is ½(1 + r²t)^−½ + ½(1 + t/r²)^−½, which is greatest at r = 1.
 *
 * Source: H. Chernoff, *A measure of asymptotic efficiency for tests of a hypothesis*, 1952.
 */
export function arbitraryAlignment(seeds: number, latent: number, level: number): number {
  const angles = nearest(latent), least = Math.log(1 / level) / seeds;
  const bounds = Array.from({ length: 45 }, (_, i) => {
    const lambda = 1.25 ** i;
    // exp(λ(a − 1)) does not overflow.
    const log = lambda + Math.log(expectation(angles, (alignment) => Math.exp(lambda * (alignment - 1))));
    return (log + least) / lambda;
  });
  return Math.min(1, ...bounds);
}
