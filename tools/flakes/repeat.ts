/**
 * Runs the tests of a file with many seeds of the suite in one process: a module for `deno test --preload`, which makes of
 * each test one that runs once a seed.
 *
 * What was seen is appended to a file, line by line, so that a later process goes on where this one stopped.
 *
 * @module
 */

import { setSuiteSeed, takeDraws } from "../../fixtures/suite_seed.ts";

/** What is run, as JSON in the variable `GRAE_FLAKES`. */
export interface Plan {
  /** The seeds from the first on, below the second. */
  readonly seeds: readonly [first: number, end: number];
  /** No other seed is begun once a test took so long, in all. */
  readonly seconds: number;
  /** The file that is appended to. */
  readonly record: string;
  /** The only test that is run. */
  readonly only?: string;
}

/** A test with a seed. */
export interface SeededRun {
  readonly test: string;
  readonly seed: number;
  readonly seconds: number;
  /** Whether anything was drawn by the seed. */
  readonly draws: boolean;
  /** The rate of false alarms that the test states. */
  readonly falseAlarm: number;
  /** The error of a run that failed. */
  readonly failed?: string;
}

/** A line of the record: a run, a test that is ignored, a draw at a file's top, or a failed run's repetition by itself. */
export type Line =
  | SeededRun
  | { readonly ignored: string }
  | { readonly drawsWhileLoaded: number }
  | { readonly repeated: string; readonly seed: number; readonly failed: boolean };

/** The lines of a record; none if there is no such file. A line that was not written to its end is left out. */
export function linesOf(record: string): Line[] {
  try {
    return Deno.readTextFileSync(record).split("\n").slice(0, -1).map((line) => JSON.parse(line));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

type Body = (context: Deno.TestContext) => void | Promise<void>;

/** The same context, which notes a step that fails: it fails its test without an error. */
function watched(context: Deno.TestContext, failed: (step: string) => void): Deno.TestContext {
  const step = async (first: unknown, ...rest: unknown[]): Promise<boolean> => {
    const passes = await (context.step as (...all: unknown[]) => Promise<boolean>)(first, ...rest);
    if (!passes) failed(typeof first === "string" ? first : (first as { name: string }).name);
    return passes;
  };
  return { ...context, step: step as Deno.TestContext["step"] };
}

/** Runs a test's body once. @returns the error, if it failed */
async function failureOf(body: Body, context: Deno.TestContext): Promise<string | undefined> {
  const steps: string[] = [];
  try {
    await body(watched(context, (step) => steps.push(step)));
  } catch (error) {
    return String((error as Error)?.stack ?? error);
  }
  return steps.length > 0 ? `these steps failed: ${steps.join("; ")}` : undefined;
}

/** Makes a test's body one that runs with all seeds, within the time. */
export function repeated(test: string, body: Body, plan: Plan, append: (line: Line) => void): Body {
  return async (context) => {
    const before = linesOf(plan.record).filter((line): line is SeededRun =>
      "test" in line && line.test === test
    );
    const done = new Set(before.map(({ seed }) => seed));
    let spent = before.reduce((sum, { seconds }) => sum + seconds, 0);
    // A test that draws nothing is the same with every seed.
    let draws = before.every((run) => run.draws);
    const failures = before.filter(({ failed }) => failed !== undefined).length;
    let failed = failures;
    const [first, end] = plan.seeds;
    for (let seed = first; seed < end && draws && (spent < plan.seconds || done.size === 0); seed++) {
      if (done.has(seed)) continue;
      setSuiteSeed(seed);
      // For processes that the test starts.
      Deno.env.set("GRAE_SUITE_SEED", String(seed));
      const loading = takeDraws();
      if (loading.draws > 0) append({ drawsWhileLoaded: loading.draws });
      const start = performance.now();
      const failure = await failureOf(body, context);
      const seconds = (performance.now() - start) / 1000;
      const seen = takeDraws();
      append({
        ...{ test, seed, seconds, draws: seen.draws > 0, falseAlarm: seen.falseAlarm },
        ...failure === undefined ? {} : { failed: failure },
      });
      spent += seconds;
      done.add(seed);
      draws = seen.draws > 0;
      if (failure !== undefined) failed++;
    }
    if (failed > 0) throw new Error(`${failed} of ${done.size} seeds failed`);
  };
}

/** `Deno.test`, which makes of each test one that runs with all seeds. */
function repeating(test: typeof Deno.test, plan: Plan): typeof Deno.test {
  const append = (line: Line): void =>
    Deno.writeTextFileSync(plan.record, `${JSON.stringify(line)}\n`, { append: true });
  const register = (...given: unknown[]): void => {
    const options = given.find((part) => typeof part === "object") as
      | Partial<Deno.TestDefinition>
      | undefined;
    const body = (given.find((part) => typeof part === "function") ?? options?.fn) as Body & { name: string };
    const name = given.find((part) => typeof part === "string") as string | undefined ?? options?.name ??
      body.name;
    if (plan.only !== undefined && name !== plan.only) return;
    if (options?.ignore) append({ ignored: name });
    test({ ...options, name, fn: repeated(name, body, plan, append) });
  };
  return Object.assign(register, test) as typeof Deno.test;
}

const plan = Deno.permissions.querySync({ name: "env", variable: "GRAE_FLAKES" }).state === "granted"
  ? Deno.env.get("GRAE_FLAKES")
  : undefined;
if (plan !== undefined) {
  // A test that starts `deno test` does not repeat what that runs.
  Deno.env.delete("GRAE_FLAKES");
  Object.defineProperty(Deno, "test", { value: repeating(Deno.test, JSON.parse(plan)) });
}
