/** The page of a run. */
import type { RunManifest, RunResults } from "../../properties/contract/run.ts";
import type { Conclusion } from "./study.ts";

export const runPage = (
  _manifest: RunManifest,
  page: RunResults["page"],
  _conclusion: Conclusion<unknown>,
): string => page.title;
