/**
 * Faults of one place, made by a program: Stryker's mutants of a source, each as a replacement of a piece of its text.
 *
 * Stryker puts all mutants of a file behind a switch. Here each is written into a copy of the sources by itself: functions of
 * the engine travel to other threads as text, and there the switch would not be defined.
 *
 * @module
 */

/** A fault: a piece of a file, and what stands there instead. */
export interface Mutant {
  /** The file's path from the root of the repository. */
  readonly file: string;
  /** Where the piece begins, from 1. */
  readonly line: number;
  readonly column: number;
  /** The kind of fault, by Stryker's name. */
  readonly mutator: string;
  /** The piece, and what stands there instead. */
  readonly original: string;
  readonly replacement: string;
}

const silent = (): void => {};
const never = (): boolean => false;
const LOGGER = {
  ...{ trace: silent, debug: silent, info: silent, warn: silent, error: silent, fatal: silent },
  ...{ isTraceEnabled: never, isDebugEnabled: never, isInfoEnabled: never, isWarnEnabled: never },
  ...{ isErrorEnabled: never, isFatalEnabled: never },
};

/** All mutants of a source, in the order of their places. */
export async function mutantsOf(file: string, source: string): Promise<Mutant[]> {
  // When it is loaded it reads a file of its own, wherever packages are.
  const [{ createInstrumenter }, { createInjector }] = await Promise.all([
    import("@stryker-mutator/instrumenter"),
    import("typed-inject"),
  ]);
  const instrumenter = createInjector()
    .provideValue("logger", LOGGER)
    .provideValue("getLogger", () => LOGGER)
    .injectFunction(createInstrumenter);
  const { mutants } = await instrumenter.instrument([{ name: file, mutate: true, content: source }], {
    plugins: null,
    excludedMutations: [],
    ignorers: [],
  });
  const starts = lineStarts(source);
  return mutants.map(({ location: { start, end }, mutatorName: mutator, replacement }) => {
    const [from, to] = [start, end].map(({ line, column }) => starts[line]! + column);
    const original = source.slice(from, to);
    return { file, line: start.line + 1, column: start.column + 1, mutator, original, replacement };
  }).sort((a, b) => a.line - b.line || a.column - b.column);
}

/** The source with a mutant in it. @throws RangeError if the mutant's piece is not where it says */
export function mutated(source: string, { file, line, column, original, replacement }: Mutant): string {
  const at = (lineStarts(source)[line - 1] ?? source.length) + column - 1;
  if (source.slice(at, at + original.length) !== original) {
    throw new RangeError(
      `mutate: ${file}:${line}:${column} must read ${JSON.stringify(original)}, but does not`,
    );
  }
  return source.slice(0, at) + replacement + source.slice(at + original.length);
}

function lineStarts(source: string): number[] {
  const starts = [0];
  for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
