/**
 * A study: an experiment of many parts, each of which is kept as soon as it is done.
 *
 * @module
 */

/** A picture with what theory says of it and what was seen. */
export interface Figure {
  /** Its file's name, which ends in .svg or .png. */
  readonly file: string;
  readonly title: string;
  /** What theory predicts. */
  readonly theory: string;
  /** What was seen, in figures. */
  readonly seen: string;
  /** SVG text, or the bytes of a PNG. */
  readonly content: string | Uint8Array;
  /** How wide a PNG is shown at the most, in CSS pixels; as wide as it is if left out. */
  readonly width?: number;
}

/** Figures in rows and columns. */
export interface Table {
  readonly title: string;
  /** What the figures are, with units. */
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a study comes to. */
export interface Findings<Results> {
  /** The figures, as JSON keeps them: `results.json`. */
  readonly results: Results;
  /** What was found, in sentences, the most important first. */
  readonly words: readonly string[];
  readonly figures: readonly Figure[];
  readonly tables: readonly Table[];
}

/** What watches a part. */
export interface PartWatch {
  /** Aborted when the part is to stop: it throws the signal's reason within a second or so. */
  readonly signal: AbortSignal;
  /** Says how far it is: a share from 0 to 1, and what it is at in a few words. */
  readonly progress: (share: number, now?: string) => void;
}

/** A part of a study: the same options give the same result, whatever was done before. */
export interface Part<Result> {
  /** The name under which its result is kept: letters, digits, dots and hyphens. */
  readonly name: string;
  /** How much work it is, in any unit that is the same for all parts of the study. */
  readonly weight: number;
  /** Does it. The result must survive JSON: finite numbers, texts, arrays, plain objects, null. */
  readonly run: (watch: PartWatch) => Promise<Result>;
}

/** What a study stands on, and what there is to do. */
export interface Prepared<Result> {
  /** The data; null where the study makes its own. */
  readonly data: { readonly source: string; readonly sha256: string } | null;
  readonly parts: readonly Part<Result>[];
}

/** An experiment of many parts. */
export interface Study<Options, Result, Results> {
  /** The name of its task: `uniqueness`. */
  readonly name: string;
  /** The heading of its page. */
  readonly title: string;
  /** What is asked, and of which slide. */
  readonly question: string;
  /** Loads data and lists the parts; the engine is running by then. Parts keep to the order. */
  readonly prepare: (options: Options) => Promise<Prepared<Result>>;
  /** What the results of all parts, in their order, come to. */
  readonly conclude: (options: Options, results: readonly Result[]) => Promise<Findings<Results>>;
}

/**
 * The whole study as a function of its options: nothing is read but its data, and nothing written. The engine must be
 * running.
 *
 * @throws (rejects) what a part throws; the signal's reason if it is aborted
 */
export async function conduct<Options, Result, Results>(
  study: Study<Options, Result, Results>,
  options: Options,
  signal: AbortSignal = new AbortController().signal,
): Promise<Findings<Results>> {
  const results: Result[] = [];
  for (const part of (await study.prepare(options)).parts) {
    signal.throwIfAborted();
    results.push(await part.run({ signal, progress: () => {} }));
  }
  return await study.conclude(options, results);
}
