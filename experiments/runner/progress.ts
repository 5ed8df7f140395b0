/**
 * How far a run is: a bar on a terminal, plain lines elsewhere. It goes to stderr, so that stdout holds results alone.
 *
 * @module
 */

import { format } from "@std/fmt/duration";
import { isOsError } from "../../lib/data/os_error.ts";

/** Writes a text to a stream; a stream that is closed or full gets nothing: what is shown is worth less than the work. */
function write(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
  } catch (error) {
    if (!isOsError(error)) throw error;
  }
}
/** Writes a text to stdout, if it can. */
export const writeOut = (text: string): void => write(Deno.stdout, text);
/** Writes a text to stderr, if it can. */
export const writeErr = (text: string): void => write(Deno.stderr, text);

/** Where progress is shown. */
interface Display {
  /** Whether lines can be drawn over. */
  readonly terminal: boolean;
  /** Whether to show nothing. */
  readonly quiet: boolean;
  /** The width now, in characters. */
  columns(): number;
  /** A clock in milliseconds that never goes back. */
  now(): number;
  write(text: string): void;
}

/** This process's stderr; a dumb terminal gets plain lines. */
export function stderrDisplay(quiet: boolean): Display {
  const mayAsk = Deno.permissions.querySync({ name: "env", variable: "TERM" }).state === "granted";
  const dumb = mayAsk && Deno.env.get("TERM") === "dumb";
  const terminal = Deno.stderr.isTerminal() && !dumb;
  return {
    terminal,
    quiet,
    columns: () => {
      if (!terminal) return 80;
      try {
        return Deno.consoleSize().columns || 80;
      } catch (error) {
        if (!isOsError(error)) throw error;
        return 80;
      }
    },
    now: () => performance.now(),
    write: writeErr,
  };
}

/** Progress that is shown. */
export interface Progress {
  /** Shows how much is done, unless that was shown a moment ago. */
  update(done: number, now: string): void;
  /** Shows a line that stays, above the bar. */
  note(line: string): void;
  /** Shows the last state, and leaves its line. */
  end(): void;
}

/** The shortest time between two drawings of the bar, in milliseconds. */
const INTERVAL = 100;
/** The widest and the narrowest bar. */
const [BAR, LEAST_BAR] = [20, 4];
/** To the beginning of the line, and erase it. */
const CLEAR = "\r\x1b[K";

/** Seconds as in "3m 20s". */
const spell = (seconds: number): string =>
  (format as (ms: number, options: { ignoreZero: boolean }) => string)(1000 * Math.round(seconds), {
    ignoreZero: true,
  }) || "0s";

/** A line of at most `columns` − 1 characters: the bar shrinks first, then the words at the end are cut. */
function barLine(share: number, text: string, columns: number): string {
  const rest = ` ${text}`;
  const width = Math.max(LEAST_BAR, Math.min(BAR, columns - 1 - rest.length));
  const filled = Math.floor(width * share);
  return `${"█".repeat(filled)}${"░".repeat(width - filled)}${rest}`.slice(0, Math.max(0, columns - 1));
}

/**
 * Shows how far a run is: on a terminal a bar, at most 10 times a second, elsewhere a line for each tenth of the way.
 *
 * @param total the work in all
 * @param start the work that had been done before
 */
export function progress(total: number, start: number, display: Display): Progress {
  const { terminal, quiet } = display;
  const began = display.now();
  let last: { done: number; now: string } | null = null;
  let shownAt = -Infinity;
  let shown = start;

  const text = ({ done, now }: { done: number; now: string }): string => {
    const left = (total - done) * (display.now() - began) / (done - start) / 1000;
    const share = `${Math.floor(100 * done / total)}%`;
    return [terminal ? share.padStart(4) : share, ...(done > start ? [`${spell(left)} left`] : []), now].join(
      " │ ",
    );
  };
  const line = (state: { done: number; now: string }): string =>
    terminal ? barLine(state.done / total, text(state), display.columns()) : text(state);
  const show = (state: { done: number; now: string }): void => {
    display.write(terminal ? `${CLEAR}${line(state)}` : `${line(state)}\n`);
    shownAt = display.now();
    shown = state.done;
  };
  const tenth = (done: number): number => Math.floor(10 * done / total);
  return {
    update(done, now) {
      last = { done, now };
      const due = terminal
        ? done === total || display.now() - shownAt >= INTERVAL
        : tenth(done) > tenth(shown);
      if (!quiet && due) show(last);
    },
    note(text) {
      if (!quiet) display.write(terminal ? `${CLEAR}${text}\n${last ? line(last) : ""}` : `${text}\n`);
    },
    end() {
      if (quiet || !terminal || !last) return;
      if (last.done !== shown) show(last);
      display.write("\n");
      last = null;
    },
  };
}
