/**
 * How far a run is: a bar on a terminal, plain lines elsewhere. It goes to stderr, so that stdout holds results alone.
 *
 * @module
 */

import { format as formatDuration } from "@std/fmt/duration";

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

/** What there is to do. */
export interface ProgressGoal {
  /** How many steps the whole run has, ≥ 1. */
  readonly total: number;
  /** How many epochs these are. */
  readonly epochs: number;
  /** How many steps had been made before this process; 0 by default. */
  readonly start?: number;
}

/** How far a run is. */
export interface ProgressState {
  /** How many steps have been made, those of earlier processes among them. */
  readonly step: number;
  /** The loss. */
  readonly loss: number;
  /** Its terms by name. */
  readonly terms: Readonly<Record<string, number>>;
  /** How many images a second are trained on. */
  readonly imagesPerSecond: number;
}

/** Progress that is shown. */
export interface Progress {
  /** Shows a state, unless the one before was shown a moment ago. */
  update(state: ProgressState): void;
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

/** This process's stderr. */
export function stderrDisplay(quiet: boolean): Display {
  const terminal = Deno.stderr.isTerminal();
  const encoder = new TextEncoder();
  return {
    terminal,
    quiet,
    columns: () => (terminal ? Deno.consoleSize().columns : 0) || 80,
    now: () => performance.now(),
    write: (text) => {
      const bytes = encoder.encode(text);
      for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
    },
  };
}

/** A number in 4 significant digits. */
function short(value: number): string {
  const size = Math.abs(value);
  const plain = value === 0 || (size >= 1e-3 && size < 1e6) || !Number.isFinite(value);
  return plain ? value.toPrecision(4) : value.toExponential(3);
}

/** The state as a line, what matters least last, where a narrow terminal cuts it. */
function describe(state: ProgressState, { total, epochs, start = 0 }: ProgressGoal, elapsed: number): string {
  const { step, loss, terms, imagesPerSecond } = state;
  const made = step - start;
  const left = (total - step) * elapsed / made;
  const parts = [
    `${Math.floor(100 * step / total)}%`,
    `epoch ${Math.max(1, Math.ceil(step * epochs / total))}/${epochs}`,
    `loss ${short(loss)}`,
    `${Math.round(imagesPerSecond).toLocaleString("en")} images/s`,
    ...(made > 0 ? [`${duration(1000 * Math.round(left / 1000), { ignoreZero: true }) || "0s"} left`] : []),
    Object.entries(terms).map(([name, value]) => `${name} ${short(value)}`).join(", "),
  ];
  return parts.join(" │ ");
}

function bar(share: number): string {
  const filled = Math.floor(BAR * share);
  return "█".repeat(filled) + "░".repeat(BAR - filled);
}

/**
 * Shows the progress of a run: on a terminal a bar, at most 10 times a second, elsewhere a line for each tenth of
 * the way.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { progress } from "./progress.ts";
 *
 * let shown = "";
 * const display = { terminal: false, quiet: false, columns: () => 80, now: () => 0, write: (t: string) => void (shown += t) };
 * progress({ total: 2, epochs: 1 }, display).update({ step: 1, loss: 3, terms: { kl: 1 }, imagesPerSecond: 1e4 });
 * assertEquals(shown, "50% │ epoch 1/1 │ loss 3.000 │ 10,000 images/s │ 0s left │ kl 1.000\n");
 * ```
 *
 * @param goal what there is to do
 * @param display where to show it; `stderrDisplay` for this process
 */
export function progress(goal: ProgressGoal, display: Display): Progress {
  const { total, start = 0 } = goal;
  const { terminal, quiet, write } = display;
  const began = display.now();
  const tenth = (step: number): number => Math.floor(10 * step / total);
  let last: ProgressState | null = null;
  let shownAt = -Infinity;
  let shownStep = start;

  const line = (state: ProgressState): string => {
    const text = describe(state, goal, display.now() - began);
    if (!terminal) return text;
    const share = text.slice(0, text.indexOf("%")).padStart(3);
    const drawn = `${bar(state.step / total)} ${share}${text.slice(text.indexOf("%"))}`;
    return drawn.slice(0, Math.max(0, display.columns() - 1));
  };
  const show = (state: ProgressState): void => {
    write(terminal ? `${CLEAR}${line(state)}` : `${line(state)}\n`);
    shownAt = display.now();
    shownStep = state.step;
  };
  const isDue = ({ step }: ProgressState): boolean =>
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
