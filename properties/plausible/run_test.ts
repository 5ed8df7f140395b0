import { assertEquals } from "@std/assert";
import { examine } from "../contract/evidence.ts";
import { objectiveNames } from "../contract/mod.ts";
import { digitsLikelihoods, type DigitsOptions } from "../contract/digits_run.ts";
import { R1, R2, R3, R4 } from "../laws/runs/mod.ts";
import { plausibleRun } from "./run.ts";
import type { Subject } from "../contract/subject.ts";

const LAWS = [R1, R2, R3, R4];
const verdicts = (subject: Subject): Promise<string[]> =>
  Array.fromAsync(LAWS, async (law) => {
    const run = { seed: 0, cases: 1, engine: subject.name, firstFailure: true };
    const { verdict, failure } = await examine(law, subject, run);
    return `${law.id} ${verdict}${
      failure ? `: ${failure.kind}: ${failure.what} ${failure.actual} ${failure.expected}` : ""
    }`;
  });

const FAMILIES = ["isotropic", "mean-field", "block", "full"] as const;
const learned = objectiveNames.filter((name) => !name.startsWith("grae"));
const combinations: readonly Partial<DigitsOptions>[] = digitsLikelihoods.flatMap((
  likelihood,
) => [
  ...learned.flatMap((objective) =>
    FAMILIES.map((posterior) => ({
      likelihood,
      objective,
      posterior,
      block: posterior === "block" ? 2 : null,
    }))
  ),
  ...objectiveNames.filter((name) => name.startsWith("grae")).map((objective) => (
    { likelihood, objective, posterior: null, block: objective === "grae-block" ? 2 : null }
  )),
]);

Deno.test("a run without a mistake holds, of every objective, family and likelihood", async () => {
  for (const options of combinations) {
    assertEquals(
      await verdicts(plausibleRun({ options })),
      LAWS.map(({ id }) => `${id} holds`),
      JSON.stringify(options),
    );
  }
});
