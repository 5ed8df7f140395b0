/**
 * How far a job is: a bar on a terminal, plain lines elsewhere. It goes to stderr, so that stdout holds results alone.
 *
 * @module
 */

import { format as formatDuration } from "@std/fmt/duration";
import { isOsError } from "./os_error.ts";
import { writeErr } from "./output.ts";

const duration: (ms: number, options: { ignoreZero: boolean }) => string = formatDuration;

/** Where progress is shown. */
export interface Display {
  /** Whether lines can be drawn over. */
  readonly terminal: boolean;
  /** Whether to show nothing. */
  readonly quiet: boolean;
  /** The width now, in characters. */
  columns(): number;
  /** A clock in milliseconds that never goes back. */
  now(): number;
  /** Shows a text. */
  write(text: string): void;
}

/** Progress that is shown. */
export interface Meter<State> {
  /** Shows a state, unless the one before was shown a moment ago. */
  update(state: State): void;
  /** Shows a line that stays, above the bar. */
  note(line: string): void;
  /** Shows the last state, and leaves its line. */
  done(): void;
}

/** The shortest time between two drawings of the bar, in milliseconds. */
const INTERVAL = 100;
const BAR = 20;
/** To the beginning of the line, and erase it. */
const CLEAR = "\r\x1b[K";

/** The width of the terminal; 80 where there is none, or none any more. */
function columns(): number {
  try {
    return Deno.consoleSize().columns || 80;
  } catch (error) {
    if (!isOsError(error)) throw error;
    return 80;
  }
}

/** This process's stderr. */
export function stderrDisplay(quiet: boolean): Display {
  const terminal = Deno.stderr.isTerminal();
  return {
    terminal,
    quiet,
    columns: () => terminal ? columns() : 80,
    now: () => performance.now(),
    write: writeErr,
  };
}

function bar(share: number): string {
  const filled = Math.floor(BAR * share);
  return "█".repeat(filled) + "░".repeat(BAR - filled);
}

/** How long a job still takes, as in "3s left", from how far it was, is and will be; nothing where it has not moved. */
export function timeLeft(start: number, now: number, total: number, elapsed: number): string[] {
  if (now <= start) return [];
  const left = (total - now) * elapsed / (now - start);
  return [`${duration(1000 * Math.round(left / 1000), { ignoreZero: true }) || "0s"} left`];
}

/**
 * Shows how far a job is: on a terminal a bar, at most 10 times a second, elsewhere a line for each tenth of the way.
 *
 * @param total the step at which it is done
 * @param start the step at which it begins
 * @param describe a state as a line, which begins with the percentage; what matters least last, where a narrow
 * terminal cuts it
 */
export function meter<State extends { readonly step: number }>(
  { total, start = 0 }: { readonly total: number; readonly start?: number },
  display: Display,
  describe: (state: State, elapsed: number) => string,
): Meter<State> {
  const { terminal, quiet, write } = display;
  const began = display.now();
  const tenth = (step: number): number => Math.floor(10 * step / total);
  let last: State | null = null;
  let shownAt = -Infinity;
  let shownStep = start;

  const line = (state: State): string => {
    const text = describe(state, display.now() - began);
    if (!terminal) return text;
    const share = text.slice(0, text.indexOf("%")).padStart(3);
    const drawn = `${bar(state.step / total)} ${share}${text.slice(text.indexOf("%"))}`;
    return drawn.slice(0, Math.max(0, display.columns() - 1));
  };
  const show = (state: State): void => {
    write(terminal ? `${CLEAR}${line(state)}` : `${line(state)}\n`);
    shownAt = display.now();
    shownStep = state.step;
  };
  const isDue = ({ step }: State): boolean =>
    terminal ? step === total || display.now() - shownAt >= INTERVAL : tenth(step) > tenth(shownStep);

  return {
    update: (state) => {
      last = state;
      if (!quiet && isDue(state)) show(state);
    },
    note: (text) => {
      if (!quiet) write(terminal ? `${CLEAR}${text}\n${last ? line(last) : ""}` : `${text}\n`);
    },
    done: () => {
      if (quiet || !terminal || !last) return;
      if (last.step !== shownStep) show(last);
      write("\n");
      last = null;
    },
  };
}
