/**
 * Command lines to copy into a shell.
 *
 * @module
 */

/** A word as a shell reads it back: in quotes where it holds anything but letters, digits and what stands for itself. */
export function quoted(word: string): string {
  return /^[\w@%+=:./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The command that goes on with a task's run in a folder, on the data in another if not on the embedded digits. */
export function resumeCommand(task: string, folder: string, data: string | null): string {
  return `deno task ${task} --resume ${quoted(folder)}${data === null ? "" : ` --data ${quoted(data)}`}`;
}
