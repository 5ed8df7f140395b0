/**
 * A run as a report shows it, whatever experiment it is of.
 *
 * @module
 */

import type { DataTableOptions, Html } from "../../lib/figure/mod.ts";

/** A picture with what theory says of it and what was seen. */
export interface RunFigure {
  readonly title: string;
  /** What theory predicts. */
  readonly theory: string;
  /** What was seen, in figures. */
  readonly seen: string;
  readonly picture: Html;
}

/** A table with a heading. */
export interface RunTable extends DataTableOptions {
  readonly title: string;
}

/** A complete run. */
export interface Run {
  /** The name of its task: `uniqueness`. */
  readonly experiment: string;
  /** The name of its folder. */
  readonly folder: string;
  /** Whether it is a small one, made to see that all works. */
  readonly quick: boolean;
  readonly title: string;
  readonly question: string;
  /** ISO 8601 times. */
  readonly started: string;
  readonly ended: string;
  /** What computed. */
  readonly engine: string;
  /** Seconds at work. */
  readonly seconds: number;
  readonly versions: Readonly<Record<string, string>>;
  /** What was found, in sentences, the most important first. */
  readonly words: readonly string[];
  readonly figures: readonly RunFigure[];
  readonly tables: readonly RunTable[];
  /** What was run, by name. */
  readonly facts: readonly (readonly [name: string, value: string])[];
}
