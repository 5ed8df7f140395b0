/**
 * `deno doc --lint` over each entry of the package, less what it says of the types of tfjs and fast-check: entries export these, but their
 * declarations are neither ours nor documented to this standard.
 *
 * @module
 */

import project from "../deno.json" with { type: "json" };
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
export const isForeign = ({ place }: Complaint): boolean =>
  ["/@tensorflow/", "/fast-check/"].some((own) => place.includes(own));

if (import.meta.main) {
  let failed = false;
  // One by one: a name that one entry exports is private to another that does not.
  for (const entry of Object.values(project.exports)) {
    const { stderr } = await childCommand("deno", {
      args: ["doc", "--lint", entry],
      env: { NO_COLOR: "1" },
      stdout: "null",
      stderr: "piped",
    }).output();
    const text = new TextDecoder().decode(stderr);
    const ours = complaints(text).filter((complaint) => !isForeign(complaint));
    for (const { text } of ours) console.error(text);
    const broken = !/Found \d+ documentation lint error|Checked \d+ file/.test(text);
    if (broken) console.error(text);
    console.log(`${entry}: ${ours.length} undocumented or unexported parts`);
    failed ||= ours.length > 0 || broken;
  }
  if (failed) Deno.exit(1);
}
