/**
 * Devices that are full, folders that vanish, files that have no end, and few file descriptors.
 *
 * @module
 */

import { constants, deflateRawSync } from "node:zlib";
import { completed, type Timed } from "./kills.ts";
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
import { type Draws, type End, type Found, judged, problemOf } from "./verdict.ts";

const FILLS = [
  "stdout and stderr",
  "closed",
  "file size",
  "file size",
  "file size, deadly",
  "removed",
  "replaced",
] as const;

/** Lets a run write where there is no room, or no more place. */
export async function fill(bench: Timed, out: string, draws: Draws): Promise<Found> {
  const { subject } = bench;
  const how = draws.pick(FILLS);
  if (how === "stdout and stderr" || how === "closed") {
    const script = how === "closed" ? 'exec "$@" >&- 2>&-' : 'exec "$@" >/dev/full 2>/dev/full';
    const loud = subject.startArgs(out).filter((arg) => arg !== "--quiet");
    const end = await processEnd(subject, loud, out, script);
    return {
      what: `${subject.name}: ${
        how === "closed" ? "stdout and stderr closed" : "stdout and stderr on /dev/full"
      }`,
      ...await judged(end, out, () => difference(out, bench.bits.whole)),
    };
  }
  if (how === "file size" || how === "file size, deadly") {
    const blocks = draws.below(draws.pick([4, 40, 500]));
    const deadly = how === "file size, deadly";
    const script = `ulimit -f ${blocks}; ${deadly ? "" : 'trap "" XFSZ; '}exec "$@"`;
    const end = await processEnd(subject, subject.startArgs(out), out, script);
    const what = `${subject.name}: ${script.replace('; exec "$@"', "")}`;
    if (deadly && end.status === null) {
      return { what: `${what}; then --resume`, ...await completed(bench, out) };
    }
    const found = await judged(end, out, () => difference(out, bench.bits.whole));
    if (found.verdict !== "refused") return { what, ...found };
    const mended = await completed(bench, out);
    return mended.verdict === "same" ? { what, ...found } : { what: `${what}; then without`, ...mended };
  }
  const moment = Math.round(bench.duration * draws.share());
  const job = running(subject, subject.startArgs(out), out);
  await after(moment);
  const what = `${subject.name}: ${
    how === "removed" ? "folder removed" : "parts/ replaced by a file"
  } after ${moment} ms`;
  if (how === "removed") await Deno.remove(out, { recursive: true }).catch(() => {});
  else {
    await Deno.remove(`${out}/parts`, { recursive: true }).catch(() => {});
    await Deno.writeTextFile(`${out}/parts`, "").catch(() => {});
  }
  const end = await job.ended;
  const ignoringParts = async (): Promise<string | null> => {
    const left = await filesIn(out).catch(() => []);
    // It had ended before.
    if (how === "removed" && left.length === 0) return null;
    const whole = (name: string): boolean => !name.startsWith("parts");
    return differing(
      await bitsOf(out, whole),
      new Map([...bench.bits.whole].filter(([name]) => whole(name))),
    );
  };
  return { what, ...await judged(end, out, ignoringParts) };
}

/** What has no end, or a very far one, by name. */
const HUGE = ["a FIFO", "a device", "a folder", "6 GB of nothing", "a gzip bomb"] as const;
const DATA = "train-images-idx3-ubyte";

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

/** What is to be said of a process that had too much memory; null if it had not. */
function tooMuch(what: string, { peak = 0 }: End, most: number): Found | null {
  if (peak <= most) return null;
  const [had, may] = [peak, most].map((bytes) => Math.round(bytes / 2 ** 20));
  return { what, verdict: "other", why: `it had ${had} MiB, more than ${may}` };
}

/** Gives a run data or files without end, or few file descriptors. */
export async function starve(bench: Timed, out: string, draws: Draws): Promise<Found> {
  const { subject, most } = { ...bench, most: bench.peak + 200 * 2 ** 20 };
  if (draws.once(6)) {
    const descriptors = 24 + draws.below(60);
    const end = await processEnd(
      subject,
      subject.startArgs(out),
      out,
      `ulimit -n ${descriptors}; exec "$@"`,
    );
    const what = `${subject.name}: ulimit -n ${descriptors}`;
    // Deno itself needs more to start.
    if (end.said.includes("Too many open files") && problemOf(end) !== null && !/\.ts:/.test(end.said)) {
      return { what, verdict: "refused", why: "Deno cannot start" };
    }
    return { what, ...await judged(end, "", () => difference(out, bench.bits.whole)) };
  }
  const huge = draws.pick(HUGE);
  let what: string, args: readonly string[], names = out;
  if (subject.name === "mnist" && draws.once(2)) {
    const data = `${out}/data`;
    await Deno.mkdir(data, { recursive: true });
    await put(huge, `${data}/${DATA}${huge === "a gzip bomb" ? ".gz" : ""}`);
    [what, names] = [`${huge} as ${DATA}`, data];
    args = ["--data", data, ...subject.startArgs(`${out}/run`)];
  } else {
    const state = draws.pick(["whole", "half"] as const);
    const name = draws.pick([...(await filesIn(bench[state])), ".lock"].filter((one) => !/^turns/.test(one)));
    await copyFolder(bench[state], out);
    await put(huge, `${out}/${name}`);
    what = `${state} run with ${huge} as ${name}`;
    args = subject.resumeArgs(out);
    if (draws.once(3)) {
      for (const folder of ["runs", "site"]) await Deno.mkdir(`${out}/${folder}`);
      await leaveEvidence(`${out}/runs`);
      await copyFolder(bench.whole, `${out}/runs/whole`);
      await Deno.mkdir(`${out}/runs/abused`);
      for (const entry of await Array.fromAsync(Deno.readDir(out))) {
        if (!["runs", "site"].includes(entry.name)) {
          await Deno.rename(`${out}/${entry.name}`, `${out}/runs/abused/${entry.name}`);
        }
      }
      const report = reports(`${out}/runs`);
      const end = await processEnd(report, report.startArgs(`${out}/site`), out, MEASURED);
      what = `${subject.name}: ${what}, and a whole one, read by the report`;
      return tooMuch(what, end, most) ?? {
        what,
        ...await judged(end, `${out}/runs`, async () => {
          const pages = await filesIn(`${out}/site`);
          return pages.includes(`${subject.name}.html`) ? null : "no page of the whole run";
        }),
      };
    }
  }
  const end = await processEnd(subject, args, out, MEASURED);
  what = `${subject.name}: ${what}`;
  const greedy = tooMuch(what, end, most);
  if (greedy !== null) return greedy;
  const found = await judged(end, names, () => difference(out, bench.bits.whole));
  // Files that nothing reads, and that are not replaced, stay as they are.
  return { what, ...found };
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
