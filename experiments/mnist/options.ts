/**
 * The command line of `deno task mnist`.
 *
 * @module
 */

import { givenIn } from "../command/arguments.ts";
import { valueOf } from "./given.ts";
import { type Flag, OPTIONS } from "./option_table.ts";
import { type TrainOptions, trainOptions } from "./train_options.ts";
import { UsageError } from "../command/usage_error.ts";

export { helpText } from "./help.ts";
export { optionsOf } from "./manifest_options.ts";
export type { TrainOptions } from "./train_options.ts";
export { UsageError } from "../command/usage_error.ts";

/** What a command line asks for. */
export type Parsed =
  | { readonly kind: "help" }
  | {
    readonly kind: "train";
    readonly options: TrainOptions;
    readonly quiet: boolean;
    readonly threads?: number;
  }
  | {
    readonly kind: "resume";
    /** The folder of the run that goes on. */
    readonly dir: string;
    /** The folder of its data; null for the embedded digits. */
    readonly data: string | null;
    /** How many epochs it is to have in the end; null for as many as its manifest says. */
    readonly epochs: number | null;
    /** Whether to show no progress. */
    readonly quiet: boolean;
    /** How many threads compute; left out for as many as the engine takes by itself. */
    readonly threads?: number;
  };

/** What may be given beside --resume. */
const BESIDE_RESUME: readonly Flag[] = ["resume", "data", "epochs", "threads", "quiet"];
/** Why some may not, beyond that the manifest has them. */
const NOT_BESIDE: Readonly<Partial<Record<Flag, string>>> = {
  out: " (a run goes on in its own folder)",
  engine: " (only the same engine ends with the same weights, bit for bit)",
};

/**
 * What a command line asks for: help, which goes before all else; to train; or to resume a run.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseOptions } from "./options.ts";
 *
 * const parsed = parseOptions(["--objective", "grae-block", "--block", "4"]);
 * assertEquals(parsed.kind === "train" && parsed.options.block, 4);
 * ```
 *
 * @param args the arguments, as `Deno.args`
 * @throws UsageError if an option or value is unknown, given twice or missing, or a combination has no meaning
 */
export function parseOptions(args: readonly string[]): Parsed {
  if (args.includes("--help") || args.includes("-h")) return { kind: "help" };
  const given = givenIn(OPTIONS, args);
  const threads = valueOf(given, "threads");
  const sitting = { quiet: given.has("quiet"), ...(threads === null ? {} : { threads }) };
  if (!given.has("resume")) return { kind: "train", options: trainOptions(given), ...sitting };
  const others = [...given.keys()].filter((flag) => !BESIDE_RESUME.includes(flag));
  if (others.length > 0) {
    throw new UsageError(
      "--resume continues a run with the options in its manifest, and beside it only --data (where its data are), " +
        "--epochs, --threads and --quiet have a " +
        `meaning: leave out ${others.map((flag) => `--${flag}${NOT_BESIDE[flag] ?? ""}`).join(", ")}`,
    );
  }
  return {
    kind: "resume",
    dir: valueOf(given, "resume")!,
    data: valueOf(given, "data"),
    epochs: given.has("epochs") ? valueOf(given, "epochs") : null,
    ...sitting,
  };
}
