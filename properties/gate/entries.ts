/**
 * The oracle, the library's engines, and trained models, as they start here.
 *
 * @module
 */

import { type EngineName, startEngine } from "../../lib/engine/mod.ts";
import { librarySubject } from "../library_subject.ts";
import { oracle } from "../oracle/mod.ts";
import { quoted } from "../../tools/shell.ts";
import { gateCommand } from "../laws/mod.ts";
import { needsTraining, type ShortTraining, sourcesOf, trainedSubject } from "../trained_subject.ts";
import type { Entry } from "./contestant.ts";
import { NO_RUNS } from "./runs_folder.ts";

// Every new shape compiles shaders, which takes an adapter without a GPU up to a second.
const SOFTWARE_ADAPTER = /llvmpipe|lavapipe|swiftshader|basic render/i;

/** The name of the contestant that offers trained models. */
export const TRAINED = "trained";

/**
 * Everything that is held to the laws, by name.
 *
 * @param training loads the short trainings, with seeds from one on: what trains draws too, which the other contestants
 *   need not wait for
 */
export const entries = (training: (seed: number) => Promise<ShortTraining>): readonly Entry[] => [
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
    start: async ({ runs = NO_RUNS, threads }) => {
      const { description } = await startEngine("auto", threads === undefined ? {} : { threads });
      return {
        subject: trainedSubject(runs, await training(0)),
        description: `${sourcesOf(runs)}${needsTraining(runs) ? `; trained with ${description}` : ""}`,
        command: (law, token) =>
          gateCommand(law, token) + (runs.folder === null ? "" : ` --runs ${quoted(runs.folder)}`),
      };
    },
  },
];

function engine(name: Exclude<EngineName, "auto">, required: boolean): Entry {
  return {
    name,
    required,
    start: async ({ threads }) => {
      const { description } = await startEngine(name, threads === undefined ? {} : { threads });
      const subject = librarySubject;
      return SOFTWARE_ADAPTER.test(description)
        ? { subject, description, atMost: 2 }
        : { subject, description };
    },
  };
}
