/**
 * The oracle, the library's engines, and trained models, as they start here.
 *
 * @module
 */

import { type EngineName, startEngine } from "../../lib/engine/mod.ts";
import { quoted } from "../../tools/shell.ts";
import { gateCommand } from "../laws/mod.ts";
import { librarySubject } from "../library_subject.ts";
import { oracle } from "../oracle/mod.ts";
import { needsTraining, type ShortTraining, sourcesOf, trainedSubject } from "../trained_subject.ts";
import type { Candidate, Plan } from "./candidate.ts";
import { NO_RUNS } from "./runs_folder.ts";

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
