/**
 * The candidates that the gate holds to the laws (the oracle, the library on each engine, trained models), and how laws are
 * run on them and on planted faults.
 *
 * @module
 */

import { type EngineName, startEngine } from "../../lib/engine/mod.ts";
import { quoted } from "../../tools/shell.ts";
import { missing } from "../contract/capability.ts";
import { type Evidence, examine, inapplicable } from "../contract/evidence.ts";
import type { Law } from "../contract/law.ts";
import type { Run } from "../contract/replay.ts";
import type { Subject } from "../contract/subject.ts";
import { librarySubject } from "../library_subject.ts";
import type { Mutant } from "../mutants/mutant.ts";
import { oracle } from "../oracle/mod.ts";
import { needsTraining, type ShortTraining, sourcesOf, trainedSubject } from "../trained_subject.ts";
import type { FaultEvidence, FaultOutcome } from "./evidence.ts";
import { type FoundRuns, NO_RUNS } from "./runs_folder.ts";
import { gateCommand } from "./text.ts";

/** How to run: the part of {@link Run} that the gate decides. */
export interface Plan extends Pick<Run, "seed" | "cases" | "replay"> {
  /** The runs that laws on trained models are held to, if a folder was named. */
  readonly runs?: FoundRuns;
  /** How many threads an engine has; by default as many as it takes. */
  readonly threads?: number;
}

/** One law on one candidate: evidence, or why there is none. */
export type LawResult =
  | { readonly evidence: Evidence }
  | { readonly law: string; readonly engine: string; readonly because: string };

/** How a candidate ended: run to the end, with a description of its engine; skipped for a reason; or stopped by an error. */
export type Ending =
  | { readonly description: string }
  | { readonly skipped: string }
  | { readonly stopped: string };

/** Something that can be held to laws. */
export interface Candidate {
  /** Its name on the command line: an engine's, `oracle` or `trained`. */
  readonly name: string;
  /** It is a problem if it does not start. */
  readonly required: boolean;
  /** Starts it; an error is the reason why it is skipped. */
  readonly start: (plan: Plan) => Promise<Started>;
}

/** A candidate that has started. */
export interface Started {
  readonly subject: Subject;
  /** The engine: its name, version and threads. */
  readonly description: string;
  /** At most this many cases a clause, where each is slow; more where these show nothing. */
  readonly atMost?: number;
  /** The command that replays a case; that of the gate with law and token if left out. */
  readonly command?: (law: string, token: string) => string;
}

/** Runs laws, by id, on a candidate, in this process or in a worker. */
export interface LawRunner extends Pick<Candidate, "name" | "required"> {
  /** `onResult` is called as soon as a law is done. */
  readonly run: (
    laws: readonly string[],
    plan: Plan,
    onResult: (result: LawResult) => void,
  ) => Promise<Ending>;
}

/** Runs laws, by id, on the planted faults that they must reject. */
export type FaultRunner = (laws: readonly string[], plan: Plan) => Promise<readonly FaultEvidence[]>;

/** Runs laws on a candidate in this process. */
export function inProcess(candidate: Candidate, laws: readonly Law[]): LawRunner {
  const { name, required } = candidate;
  return {
    name,
    required,
    run: async (ids, plan, onResult) => {
      const started = await candidate.start(plan).catch((error: unknown) => firstLine(error));
      if (typeof started === "string") return { skipped: started };
      const { subject, description, atMost = plan.cases, command = gateCommand } = started;
      const run: Run = {
        seed: plan.seed,
        cases: plan.cases,
        engine: name,
        ...(plan.replay && { replay: plan.replay }),
        command,
      };
      for (const law of laws.filter(({ id }) => ids.includes(id))) {
        const because = inapplicable(law, (clause) => missing(subject, clause));
        if (because !== undefined) onResult({ law: law.id, engine: name, because });
        else onResult({ evidence: await examineFewer(law, subject, run, atMost) });
      }
      return {
        description: atMost < plan.cases ? `${description}; at most ${atMost} cases a clause` : description,
      };
    },
  };
}

/** Evidence from `atMost` cases, and from more while all of them are beyond the subject's precision. */
async function examineFewer(law: Law, subject: Subject, run: Run, atMost: number): Promise<Evidence> {
  for (let cases = Math.min(run.cases, atMost);; cases = Math.min(run.cases, cases * 4)) {
    const evidence = await examine(law, subject, { ...run, cases });
    if (evidence.failure?.token !== "" || cases === run.cases) return evidence;
  }
}

/** Runs laws on the planted faults in this process. Each law stops at the first comparison that fails, and does not shrink. */
export function faultsInProcess(mutants: readonly Mutant[], laws: readonly Law[]): FaultRunner {
  return async (ids, plan) => {
    const faults: FaultEvidence[] = [];
    for (const { id, description, rejectedBy, subject } of mutants) {
      const named = rejectedBy.filter((law) => ids.includes(law));
      if (named.length === 0 && rejectedBy.length > 0) continue;
      const outcomes: Record<string, FaultOutcome> = {};
      for (const law of laws.filter((law) => named.includes(law.id))) {
        const { failure } = await examine(law, subject, { ...plan, engine: id, firstFailure: true });
        outcomes[law.id] = !failure
          ? "not rejected"
          : failure.token === ""
          ? "not run"
          : failure.kind === "violation"
          ? "rejected"
          : "by an exception";
      }
      faults.push({ id, description, laws: outcomes });
    }
    return faults;
  };
}

/** The first line of an error's message. */
export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}

// Every new shape compiles shaders, which takes an adapter without a GPU up to a second.
const SOFTWARE_ADAPTER = /llvmpipe|lavapipe|swiftshader|basic render/i;

/** The name of the candidate that offers trained models. */
export const TRAINED = "trained";

/**
 * Everything that is held to the laws.
 *
 * @param training loads the short trainings with seeds from one on; it is called only where models are trained, since the
 *   studies load slowly
 */
export const candidates = (training: (seed: number) => Promise<ShortTraining>): readonly Candidate[] => [
  {
    name: "oracle",
    required: true,
    start: () =>
      Promise.resolve({ subject: oracle, description: "independent, plain TypeScript in float64" }),
  },
  engine("wasm", true),
  engine("cpu", true),
  engine("native", false),
  engine("webgpu", false),
  {
    name: TRAINED,
    required: true,
    start: async (plan) => {
      const { runs = NO_RUNS } = plan, computes = await started("auto", plan);
      return {
        subject: trainedSubject(runs, await training(0)),
        description: `${sourcesOf(runs)}${needsTraining(runs) ? `; trained with ${computes}` : ""}`,
        command: (law, token) =>
          gateCommand(law, token) + (runs.folder === null ? "" : ` --runs ${quoted(runs.folder)}`),
      };
    },
  },
];

/** Starts an engine of the library. @returns its description */
async function started(name: EngineName, { threads }: Plan): Promise<string> {
  return (await startEngine(name, threads === undefined ? {} : { threads })).description;
}

function engine(name: Exclude<EngineName, "auto">, required: boolean): Candidate {
  return {
    name,
    required,
    start: async (plan) => {
      const description = await started(name, plan);
      const slow = SOFTWARE_ADAPTER.test(description);
      return { subject: librarySubject, description, ...(slow && { atMost: 2 }) };
    },
  };
}
