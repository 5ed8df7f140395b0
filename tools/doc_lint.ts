/**
 * `deno doc --lint` over the package's entries, less what it says of the types of tfjs and fast-check: it follows them into these, whose
 * declarations are neither ours nor documented to this standard.
 *
 * @module
 */

import { childCommand } from "./process.ts";

/** One complaint: its first line, where it is, and what it quotes. */
interface Complaint {
  readonly text: string;
  readonly place: string;
}

/** The complaints in what `deno doc --lint` prints. */
export function complaints(output: string): Complaint[] {
  return output.split(/^(?=error\[)/m).filter((text) => text.startsWith("error[")).map((text) => ({
    text: text.trimEnd(),
    place: /--> (.*)/.exec(text)?.[1] ?? "",
  }));
}

/** Whether a complaint is about a type that belongs to tfjs or fast-check. */
export function isForeign({ text, place }: Complaint): boolean {
  return ["/@tensorflow/", "/fast-check/"].some((own) => place.includes(own)) ||
    /references private type 'Tensor(Info)?'/.test(text.split("\n")[0]!);
}

if (import.meta.main) {
  const { stderr } = await childCommand("deno", {
    args: ["doc", "--lint", ...Deno.args],
    env: { NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  }).output();
  const text = new TextDecoder().decode(stderr);
  const ours = complaints(text).filter((complaint) => !isForeign(complaint));
  for (const { text } of ours) console.error(text);
  const broken = !/Found \d+ documentation lint error|Checked \d+ file/.test(text);
  if (broken) console.error(text);
  console.log(`${Deno.args.join(", ")}: ${ours.length} undocumented or unexported parts`);
  if (ours.length > 0 || broken) Deno.exit(1);
}
