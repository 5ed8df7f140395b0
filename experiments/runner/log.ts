/**
 * The log of a run's trainings: JSON lines as W&B's history has them, for other programs, and never read back.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import { isOsError, osReason } from "../../lib/data/os_error.ts";

/** Lines are written when there are so many characters of them, or so many milliseconds after the last time. */
const [MANY, LONG] = [2 ** 16, 1000];

/** A log that is open. */
export interface Log extends Disposable {
  /** Takes note of a training step of a part: a line `{"_step": 1, "_timestamp": …, "part": "…", "loss": …}`. */
  row(part: string, step: number, numbers: Readonly<Record<string, number>>): void;
}

/**
 * Opens a log. What is there already stays: lines are added at its end.
 *
 * @param warn is told once if it can no longer be written; the run goes on
 * @throws DataError if it cannot be opened
 */
export function openLog(
  path: string,
  warn: (line: string) => void,
  open: (path: string) => Pick<Deno.FsFile, "writeSync" | "close"> = (path) =>
    Deno.openSync(path, { append: true, create: true }),
): Log {
  const refused = (doing: string, error: unknown): DataError => {
    if (!isOsError(error)) throw error;
    return new DataError(path, `${doing}: ${osReason(error)}`, { cause: error });
  };
  let file: ReturnType<typeof open> | null;
  try {
    file = open(path);
  } catch (error) {
    throw refused("the log cannot be opened", error);
  }
  let lines = "", last = performance.now();
  const flush = (): void => {
    const bytes = new TextEncoder().encode(lines);
    lines = "";
    last = performance.now();
    try {
      for (let at = 0; file !== null && at < bytes.length;) at += file.writeSync(bytes.subarray(at));
    } catch (error) {
      warn(`${refused("the log cannot be written, and goes no further", error).message}`);
      file?.close();
      file = null;
    }
  };
  return {
    row(part, step, numbers) {
      // JSON has no number that is not finite; W&B reads these words.
      const shown = Object.entries(numbers).map((
        [name, value],
      ) => [name, Number.isFinite(value) ? value : `${value}`]);
      const row = { _step: step, _timestamp: Date.now() / 1000, part, ...Object.fromEntries(shown) };
      lines += `${JSON.stringify(row)}\n`;
      if (lines.length >= MANY || performance.now() - last >= LONG) flush();
    },
    [Symbol.dispose]() {
      flush();
      file?.close();
      file = null;
    },
  };
}
