/**
 * The oracle and the library's engines, as they start here.
 *
 * @module
 */

import { type EngineName, startEngine } from "../../lib/engine/mod.ts";
import { librarySubject } from "../library_subject.ts";
import { oracle } from "../oracle/mod.ts";
import type { Entry } from "./contestant.ts";

// Every new shape compiles shaders, which takes an adapter without a GPU up to a second.
const SOFTWARE_ADAPTER = /llvmpipe|lavapipe|swiftshader|basic render/i;

/** Everything that is held to the laws, by name. */
export const entries: readonly Entry[] = [
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
];

function engine(name: Exclude<EngineName, "auto">, required: boolean): Entry {
  return {
    name,
    required,
    start: async () => {
      const { description } = await startEngine(name);
      const subject = librarySubject;
      return SOFTWARE_ADAPTER.test(description)
        ? { subject, description, atMost: 2 }
        : { subject, description };
    },
  };
}
