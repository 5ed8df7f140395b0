/**
 * What a worker prepares of a run before it does parts of it, and on what grounds it refuses the run.
 *
 * @module
 */

import * as v from "valibot";
import { type EngineName, startEngine } from "../../lib/engine/mod.ts";
import { schemaProblem } from "../../properties/contract/run.ts";
import { versions } from "../../tools/versions.ts";
import type { Maker } from "../runner/part_file.ts";
import { makerOf, prepare } from "../runner/parts.ts";
import { type AnyStudy, type Part, savedOptions } from "../runner/study.ts";
import { QueueError } from "./connection.ts";
import { jobSchema } from "./job.ts";

/** What a worker has on its machine. */
export interface PreparationOptions {
  /** The studies that it knows, by name. */
  readonly studies: Readonly<Record<string, () => Promise<AnyStudy>>>;
  /** Where the data are here of runs that are made from data elsewhere; null to take them where the run says. */
  readonly data: string | null;
  /** How many threads the engine has; null for as many as it takes by itself. */
  readonly threads: number | null;
  /** Requires that data may be read. @throws (rejects) UsageError */
  readonly mayRead: (data: string) => Promise<void>;
}

/** The run that a worker has prepared last, and its engine. */
export class Preparation {
  /** The description of the engine that runs. */
  engine = "";
  #running = "";
  #key = "";
  #parts: ReadonlyMap<string, Part<unknown>> = new Map();

  constructor(readonly options: PreparationOptions) {}

  /**
   * The part that a job asks for.
   *
   * @throws (rejects) QueueError, DataError, EngineError or UsageError if it cannot be done by this version, on this engine,
   *   with these data, or is none
   */
  async partOf(job: unknown): Promise<Part<unknown>> {
    const problem = schemaProblem(jobSchema, job);
    if (problem !== null) {
      throw new QueueError(
        `a job of the queue: ${problem}; workers and the run must be of one version of grae`,
      );
    }
    const { part, made, options } = v.parse(jobSchema, job);
    const key = JSON.stringify([made, options["data"] ?? null]);
    if (this.#key !== key) await this.#prepare(made, options, key);
    return this.#parts.get(part) ?? refuse(made, `has the part ${part}, but here it has none of that name`);
  }

  async #prepare(made: Maker, given: Readonly<Record<string, unknown>>, key: string): Promise<void> {
    const { studies, data, threads } = this.options;
    this.#key = "";
    // The data of two runs need not fit into memory.
    this.#parts = new Map();
    const own = versions();
    for (const [name, version] of Object.entries(made.versions)) {
      if (own[name] === version) continue;
      refuse(
        made,
        `is by ${name} ${version}, but this worker has ${own[name]}; start a worker of that version`,
      );
    }
    if (!Object.hasOwn(studies, made.study)) {
      refuse(
        made,
        `must be of one of ${Object.keys(studies).join(", ")}, but is not; start a worker that has the study`,
      );
    }
    const study = await studies[made.study]!();
    const saved = savedOptions(study, given, `a job of ${made.study}`, {});
    const from = saved["data"] ?? null;
    const options = from === null || data === null ? saved : { ...saved, data };
    if (from !== null && data === null) await this.options.mayRead(String(from));
    if (this.#running !== made.engine) {
      const engine = await startEngine(made.engine as EngineName, threads === null ? {} : { threads });
      [this.#running, this.engine] = [engine.name, engine.description];
    }
    const prepared = await prepare(study, options);
    const here = makerOf(study, { options: saved, versions: own, engine: { name: this.#running } }, prepared);
    if (here.data !== made.data) {
      const how = from === null ? "" : "; give the place of the run's data by --data";
      refuse(made, `is made from data with SHA-256 ${made.data}, but the data here have ${here.data}${how}`);
    }
    if (JSON.stringify(here) !== JSON.stringify(made)) {
      refuse(made, `is made by ${JSON.stringify(made)}, but here it would be by ${JSON.stringify(here)}`);
    }
    this.#parts = new Map(prepared.parts.map((part) => [part.name, part]));
    this.#key = key;
  }
}

const refuse = ({ study }: Maker, why: string): never => {
  throw new QueueError(`the run of ${study} in the queue ${why}`);
};
