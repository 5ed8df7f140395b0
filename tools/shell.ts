import deno from "../deno.json" with { type: "json" };

/** A word as a shell reads it back: in quotes where it holds anything but letters, digits and what stands for itself. */
export function quoted(word: string): string {
  return /^[\w@%+=:./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Deno of the version that the project is pinned to, started with npm alone. */
export const DENO = `npx --yes deno@${deno.denoVersion}`;

/** The command that starts a task, with npm alone: `npx --yes deno@2.9.6 task mnist`. */
export const taskCommand = (task: string): string => `${DENO} task ${task}`;
