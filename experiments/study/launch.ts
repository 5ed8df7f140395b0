/**
 * The task of a study: reads the command line, and starts the job with the permissions that its options need.
 *
 * @module
 */

import { helpOf } from "../command/help.ts";
import { launch } from "../command/launch.ts";
import type { Table } from "../command/option.ts";
import { parseStudy, type StudyCommand } from "./options.ts";

/**
 * Follows the arguments of this process, and ends it.
 *
 * @param job the module that runs the study
 */
export async function launchStudy<T extends Table>(command: StudyCommand<T>, job: URL): Promise<never> {
  const status = await launch(command.task, job, Deno.args, (args) => {
    const parsed = parseStudy(command, args);
    if (parsed.kind === "help") return { help: helpOf(command) };
    if (parsed.kind === "resume") return { folder: parsed.dir, data: parsed.data };
    const options: { readonly out: string; readonly data?: unknown } = parsed.options;
    return { folder: options.out, data: typeof options.data === "string" ? options.data : null };
  });
  Deno.exit(status);
}
