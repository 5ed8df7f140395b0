/**
 * Holds somebody else's GRAE* to the laws: `deno run properties/example/check.ts`.
 *
 * @module
 */

import { type Subject, verify } from "../../laws.ts";
import { meanRegulariser, regulariser } from "./regulariser.ts";

/** Right. */
export const right: Subject = subject("my GRAE*", regulariser);
/** Wrong. */
export const wrong: Subject = subject("my GRAE* with a mean", meanRegulariser);

/** A subject that offers nothing but GRAE* as a function of the Jacobian. */
function subject(name: string, graeStar: typeof regulariser): Subject {
  return { name, epsilon: 2 ** -53, volume: { graeStar } };
}

/** What the laws make of the two. */
export async function check(): Promise<string> {
  const lines: string[] = [];
  for (const mine of [right, wrong]) {
    const { ok, evidence, doesNotApply } = await verify(mine);
    lines.push(`${mine.name}: ${ok ? "passes" : "is rejected"}`);
    for (const { law, verdict, cases, failure } of evidence) {
      lines.push(`  ${law} ${verdict}, ${cases} cases`);
      if (failure) lines.push(failure.message.replaceAll(/^/gm, "    "));
    }
    lines.push(`  others do not apply, such as ${doesNotApply[0]?.law}: ${doesNotApply[0]?.because}`);
  }
  return lines.join("\n");
}

if (import.meta.main) {
  console.log(await check());
}
