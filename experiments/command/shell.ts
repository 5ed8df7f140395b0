/**
 * Command lines to copy into a shell.
 *
 * @module
 */

import { quoted } from "../../tools/shell.ts";

export { quoted };

/** The command that goes on with a task's run in a folder, on the data in another if not on the embedded digits. */
export function resumeCommand(task: string, folder: string, data: string | null): string {
  return `deno task ${task} --resume ${quoted(folder)}${data === null ? "" : ` --data ${quoted(data)}`}`;
}
