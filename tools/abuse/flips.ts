/**
 * Damage on the disk: a bit, a page, an end, a whole file, in every file of a run.
 *
 * @module
 */

import { type Bench, copyFolder, difference, endOf, filesIn, seenOf } from "./subject.ts";
import { type Draws, type End, type Found, judged } from "./verdict.ts";
import { processEnd } from "./process.ts";

/** A file of a run, and what may be put in its place. */
interface Target {
  readonly bytes: Uint8Array;
  /** Files of this run that have the same ending, and the same file of other runs. */
  readonly strangers: readonly string[];
}

/** Damages bytes: what it did, in words, and the bytes; null for no file. */
type Damage = (target: Target, draws: Draws) => Promise<readonly [what: string, bytes: Uint8Array | null]>;

const PAGE = 4096;

const bit: Damage = ({ bytes }, draws) => {
  const at = draws.below(8 * bytes.length);
  const damaged = bytes.slice();
  damaged[at >> 3]! ^= 1 << (at & 7);
  return Promise.resolve([`bit ${at} flipped`, damaged]);
};
const page: Damage = ({ bytes }, draws) => {
  const start = PAGE * draws.below(Math.ceil(bytes.length / PAGE));
  const damaged = bytes.slice();
  damaged.fill(0, start, start + PAGE);
  return Promise.resolve([`bytes from ${start} zeroed`, damaged]);
};
const cut: Damage = ({ bytes }, draws) => {
  const length = draws.below(bytes.length);
  return Promise.resolve([`cut to ${length} bytes`, bytes.slice(0, length)]);
};
const longer: Damage = ({ bytes }, draws) => {
  const more = bytes.slice(0, 1 + draws.below(bytes.length));
  const damaged = new Uint8Array(bytes.length + more.length);
  damaged.set(bytes);
  damaged.set(more, bytes.length);
  return Promise.resolve([`${more.length} bytes of its own appended`, damaged]);
};
const stranger: Damage = async ({ strangers }, draws) => {
  const path = draws.pick(strangers);
  return [`replaced by ${path.split("/").slice(-3).join("/")}`, await Deno.readFile(path)];
};
const gone: Damage = () => Promise.resolve(["removed", null]);

/** As often as they stand here. */
const DAMAGES: readonly Damage[] = [bit, bit, bit, bit, page, cut, longer, stranger, stranger, gone];

const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);
const endingOf = (name: string): string => name.replace(/^.*\./, "");

/** Files that a run believes count three times. */
const weighed = (names: readonly string[]): readonly string[] =>
  names.filter((name) => !/^turns/.test(name)).flatMap((name) =>
    /^(manifest|metrics|checkpoint|parts)/.test(name) ? [name, name, name] : [name]
  );

/** Damages a file of a run, and lets the run go on. */
export async function flip(bench: Bench, place: string, draws: Draws): Promise<Found> {
  const folder = `${place}/run`;
  const { subject } = bench;
  const state = draws.pick(["whole", "whole", "half"] as const);
  const further = draws.once(3);
  const read = state === "whole" && draws.once(4);
  const name = draws.pick(weighed(await filesIn(bench[state])));
  const path = `${bench[state]}/${name}`;
  const strangers = [
    ...(await filesIn(bench[state])).filter((one) => one !== name && endingOf(one) === endingOf(name))
      .map((one) => `${bench[state]}/${one}`),
    ...(await Promise.all(
      [bench.whole, bench.half, bench.other].map((run) => `${run}/${name}`).filter((one) => one !== path)
        .map((one) => Deno.stat(one).then(() => [one], () => [])),
    )).flat(),
  ];
  const target: Target = { bytes: await Deno.readFile(path), strangers };
  const possible = strangers.length === 0 ? DAMAGES.filter((one) => one !== stranger) : DAMAGES;
  let damage: string, bytes: Uint8Array | null;
  // A page may be zero already.
  do [damage, bytes] = await draws.pick(possible)(target, draws); while (
    bytes !== null && same(bytes, target.bytes)
  );
  await copyFolder(bench[state], folder);
  if (bytes === null) await Deno.remove(`${folder}/${name}`);
  else await Deno.writeFile(`${folder}/${name}`, bytes);

  if (read) {
    let seen: string | undefined;
    const end = await endOf("report", async () => {
      seen = await seenOf(folder);
      return { status: "complete", failed: [] };
    });
    return {
      what: `${subject.name}: ${name} ${damage}; then read by the report`,
      ...await judged(
        end,
        folder,
        () => Promise.resolve(seen === bench.seen ? null : "the report shows another"),
      ),
    };
  }
  const apart = draws.once(25);
  const goOn = (): Promise<End> =>
    apart
      ? processEnd(subject, subject.resumeArgs(folder, further), folder)
      : subject.resume(folder, further);
  const must = bench.bits[further ? "further" : "whole"];
  const what = `${subject.name}, ${state} run: ${name} ${damage}; then --resume${further ? ", further" : ""}${
    apart ? " in a process" : ""
  }`.trim();
  const found = await judged(await goOn(), folder, () => difference(folder, must));
  if (found.verdict !== "refused" || !draws.once(5)) return { what, ...found };
  // A refusal must leave the rest as it was.
  await Deno.copyFile(path, `${folder}/${name}`);
  const mended = await judged(await subject.resume(folder, further), folder, () => difference(folder, must));
  return mended.verdict === "same" ? { what, ...found } : {
    what: `${what}; the file put back, and again`,
    ...mended,
    verdict: mended.verdict === "refused" ? "other" : mended.verdict,
  };
}
