/**
 * Devices that are full, folders that vanish, files that have no end, and few file descriptors.
 *
 * @module
 */

import { constants, deflateRawSync } from "node:zlib";
import { completed, isRun, type Timed } from "./kills.ts";
import { after, processEnd, running } from "./process.ts";
import {
  type Bench,
  bitsOf,
  copyFolder,
  difference,
  differing,
  filesIn,
  leaveEvidence,
  reports,
} from "./subject.ts";
import { childCommand } from "../process.ts";
import { type Draws, type End, type Found, judged } from "./verdict.ts";

/** Lets a run write where there is no room, or no more place. */
export const fill = (bench: Timed, out: string, draws: Draws): Promise<Found> =>
  draws.pick([fullStreams, fullStreams, smallFiles, smallFiles, smallFiles, lostFolder, lostFolder])(
    bench,
    out,
    draws,
  );

/** What the shell does to the streams of a run, by its name. */
const STREAMS = {
  "stdout and stderr on /dev/full": 'exec "$@" >/dev/full 2>/dev/full',
  "stdout on /dev/full": 'exec "$@" >/dev/full',
  "stdout and stderr closed": 'exec "$@" >&- 2>&-',
} as const;

/** Gives a run streams that it cannot write. */
export async function fullStreams({ subject, bits }: Timed, out: string, draws: Draws): Promise<Found> {
  const [name, script] = draws.pick(Object.entries(STREAMS));
  const loud = subject.startArgs(out).filter((arg) => arg !== "--quiet");
  const end = await processEnd(subject, loud, out, script);
  return { what: `${subject.name}: ${name}`, ...await judged(end, out, () => difference(out, bits.whole)) };
}

/** Limits the size of a run's files; the signal that says so ends it, or is ignored, so that writing fails. */
async function smallFiles(bench: Timed, out: string, draws: Draws): Promise<Found> {
  const { subject, bits } = bench;
  const deadly = draws.once(3);
  const limit = `ulimit -f ${draws.below(draws.pick([4, 40, 500]))}${deadly ? "" : '; trap "" XFSZ'}`;
  const end = await processEnd(subject, subject.startArgs(out), out, `${limit}; exec "$@"`);
  const what = `${subject.name}: ${limit}`;
  if (deadly && end.status === null) {
    return { what: `${what}; then --resume`, ...await completed(bench, out) };
  }
  const found = await judged(end, out, () => difference(out, bits.whole));
  if (found.verdict !== "refused") return { what, ...found };
  const mended = await completed(bench, out);
  return mended.verdict === "same" ? { what, ...found } : { what: `${what}; then without`, ...mended };
}

/** Takes the folder of a run from it, or the folder of its parts. */
async function lostFolder(bench: Timed, out: string, draws: Draws): Promise<Found> {
  const { subject, bits } = bench;
  const removed = draws.once(2);
  const moment = Math.round(bench.duration * draws.share());
  const job = running(subject, subject.startArgs(out), out);
  await after(moment);
  if (removed) await Deno.remove(out, { recursive: true }).catch(() => {});
  else {
    await Deno.remove(`${out}/parts`, { recursive: true }).catch(() => {});
    await Deno.writeTextFile(`${out}/parts`, "").catch(() => {});
  }
  const end = await job.ended;
  const ignoringParts = async (): Promise<string | null> => {
    const left = await filesIn(out).catch(() => []);
    // It had ended before.
    if (removed && left.length === 0) return null;
    const whole = (name: string): boolean => !name.startsWith("parts");
    return differing(await bitsOf(out, whole), new Map([...bits.whole].filter(([name]) => whole(name))));
  };
  const lost = removed ? "folder removed" : "parts/ replaced by a file";
  return {
    what: `${subject.name}: ${lost} after ${moment} ms`,
    ...await judged(end, out, ignoringParts),
  };
}

/** What has no end, or a very far one, by name. */
const HUGE = ["a FIFO", "a device", "a folder", "6 GB of nothing", "a gzip bomb"] as const;
/** Files of images, one of each format. */
const DATA = ["train-images-idx3-ubyte", "x_train.npy", "digits.csv"] as const;

/** Puts something in the place of a file. */
async function put(huge: typeof HUGE[number], path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch(() => {});
  const shell = async (script: string): Promise<void> => {
    const { success } = await childCommand("sh", { args: ["-c", script, "sh", path] }).output();
    if (!success) throw new Error(`abuse: sh could not do ${script}`);
  };
  if (huge === "a FIFO") await shell('mkfifo "$1"');
  else if (huge === "a device") await shell('ln -s /dev/zero "$1"');
  else if (huge === "a folder") await Deno.mkdir(path);
  else if (huge === "a gzip bomb") await Deno.writeFile(path, bomb());
  else {
    using file = await Deno.open(path, { write: true, create: true });
    await file.truncate(6 * 2 ** 30);
  }
}

/** 4 MB of gzip that are 4 GB of zeros: the same 16 MB again and again. */
function bomb(): Uint8Array<ArrayBuffer> {
  const block = deflateRawSync(new Uint8Array(2 ** 24), { finishFlush: constants.Z_FULL_FLUSH });
  const times = 256;
  const head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
  // The last block is empty; size and checksum need not be right.
  const tail = [3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  const bytes = new Uint8Array(head.length + times * block.length + tail.length);
  bytes.set(head);
  for (let i = 0; i < times; i++) bytes.set(block, head.length + i * block.length);
  bytes.set(tail, head.length + times * block.length);
  return bytes;
}

/** Says at the end how much memory a process had at the most. */
const MEASURED =
  '"$@" & p=$!; while m=$(grep VmHWM "/proc/$p/status" 2>/dev/null); do last=$m; sleep 0.02; done; wait $p; s=$?; echo "$last"; exit $s';

/** What is to be said of a process that had 200 MiB more memory than one that nobody abuses; null if it had not. */
function tooMuch(what: string, { peak = 0 }: End, bench: Timed): Found | null {
  const most = bench.peak + 200 * 2 ** 20;
  if (peak <= most) return null;
  const [had, may] = [peak, most].map((bytes) => Math.round(bytes / 2 ** 20));
  return { what, verdict: "other", why: `it had ${had} MiB, more than ${may}` };
}

/** Gives a run few file descriptors, or data or files without end. */
export function starve(bench: Timed, out: string, draws: Draws): Promise<Found> {
  if (draws.once(6)) return fewDescriptors(bench, out, draws);
  return bench.subject.name === "mnist" && draws.once(2)
    ? endlessData(bench, out, draws)
    : endlessFile(bench, out, draws);
}

/** Gives a run about as many file descriptors as Deno itself needs, which is 14 to 16. */
export async function fewDescriptors({ subject, bits }: Timed, out: string, draws: Draws): Promise<Found> {
  const script = `ulimit -n ${14 + draws.below(12)}; exec "$@"`;
  const end = await processEnd(subject, subject.startArgs(out), out, script);
  const what = `${subject.name}: ${script.replace('; exec "$@"', "")}`;
  const found = await judged(end, out, () => difference(out, bits.whole));
  const unloaded = /Too many open files|ERR_INVALID_PACKAGE_CONFIG/.test(end.said) && !await isRun(out);
  return found.verdict === "trace" && unloaded
    ? { what, verdict: "refused", why: "Deno cannot load the program" }
    : { what, ...found };
}

/** Gives a run a file of data that has no end. */
export async function endlessData(bench: Timed, out: string, draws: Draws): Promise<Found> {
  const { subject } = bench;
  const [huge, file, data] = [draws.pick(HUGE), draws.pick(DATA), `${out}/data`];
  await Deno.mkdir(data, { recursive: true });
  await put(huge, `${data}/${file}${huge === "a gzip bomb" ? ".gz" : ""}`);
  const args = ["--data", data, ...subject.startArgs(`${out}/run`)];
  const end = await processEnd(subject, args, out, MEASURED);
  const what = `${subject.name}: ${huge} as ${file}`;
  const read = (): Promise<string> => Promise.resolve("a run of data that have no end");
  return tooMuch(what, end, bench) ?? { what, ...await judged(end, data, read) };
}

/** Puts a file that has no end into a run, and goes on with the run or reports of it. */
async function endlessFile(bench: Timed, out: string, draws: Draws): Promise<Found> {
  const { subject, bits } = bench;
  const [huge, state] = [draws.pick(HUGE), draws.pick(["whole", "half"] as const)];
  const name = draws.pick([...(await filesIn(bench[state])), ".lock"].filter((one) => !/^turns/.test(one)));
  const run = draws.once(3) ? `${out}/runs/abused` : out;
  await copyFolder(bench[state], run);
  await put(huge, `${run}/${name}`);
  const what = `${subject.name}: ${state} run with ${huge} as ${name}`;
  if (run !== out) return await reported(bench, `${what}, and a whole one, read by the report`, out);
  const end = await processEnd(subject, subject.resumeArgs(out), out, MEASURED);
  // Files that nothing reads, and that are not replaced, stay as they are.
  return tooMuch(what, end, bench) ?? { what, ...await judged(end, out, () => difference(out, bits.whole)) };
}

/** Reports of the runs in a folder, and of a whole one beside them. */
async function reported(bench: Timed, what: string, out: string): Promise<Found> {
  const runs = `${out}/runs`;
  await copyFolder(bench.whole, `${runs}/whole`);
  await leaveEvidence(runs);
  await Deno.mkdir(`${out}/site`);
  const report = reports(runs);
  const end = await processEnd(report, report.startArgs(`${out}/site`), out, MEASURED);
  const missing = async (): Promise<string | null> =>
    (await filesIn(`${out}/site`)).includes(`${bench.subject.name}.html`) ? null : "no page of the whole run";
  return tooMuch(what, end, bench) ?? { what, ...await judged(end, runs, missing) };
}

/** Measures a process that nobody abuses. */
export async function measured(bench: Bench, out: string): Promise<Timed> {
  const began = performance.now();
  const { status, said, peak = 0 } = await processEnd(
    bench.subject,
    bench.subject.startArgs(out),
    out,
    MEASURED,
  );
  if (status !== 0) {
    throw new Error(
      `abuse: a run of ${bench.subject.name} must end with 0, but ends with ${status}: ${said}`,
    );
  }
  return { ...bench, peak, duration: performance.now() - began };
}
