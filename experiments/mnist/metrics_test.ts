import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { DataError } from "../../lib/data/mod.ts";
import {
  comparable,
  type Epoch,
  METRICS,
  metricsLine,
  metricsOf,
  type Scores,
  scoresText,
  unitNote,
} from "./metrics.ts";

const [RUN, OTHER] = ["a", "b"].map((digit) => digit.repeat(64)) as [string, string];

/** Scores of which every loss has this value. */
function scores(value: number | null, standardError: number | null = 0.5): Scores {
  const loss = { value, standardError };
  return {
    images: 3,
    loss,
    terms: { reconstruction: value, kl: 0.25 },
    evaluation: { "beta-vae": loss, grae: { value, standardError: null }, "grae-star": loss },
  };
}
const epoch = (number: number, value: number | null, standardError?: number | null): Epoch => ({
  epoch: number,
  step: 10 * number,
  train: scores(value, standardError),
  heldOut: scores(value, standardError),
});
const EPOCHS = [epoch(1, 2.5), epoch(2, null, null), epoch(3, 4.125)];
const textOf = async (epochs: readonly Epoch[], run = RUN): Promise<string> =>
  (await Promise.all(epochs.map((one) => metricsLine(run, 0.5, one)))).join("");
const read = (text: string | null, epochs: number, mayLack = false) =>
  metricsOf(text === null ? null : new TextEncoder().encode(text), METRICS, RUN, epochs, mayLack);

Deno.test("metrics come back from their lines as they were, a score that is not finite too", async () => {
  const text = await textOf(EPOCHS);
  assertEquals(await read(text, 3), { text, epochs: EPOCHS });
  assertEquals(await read(null, 0), { text: "", epochs: [] });
});

Deno.test("lines beyond the epochs asked for are dropped, whatever they hold", async () => {
  const text = await textOf(EPOCHS.slice(0, 1));
  assertEquals(await read(`${text}{half`, 1), { text, epochs: EPOCHS.slice(0, 1) });
});

Deno.test("the last epoch may be missing where it may not have been scored, and none else", async () => {
  const text = await textOf(EPOCHS.slice(0, 2));
  assertEquals((await read(text, 3, true)).epochs, EPOCHS.slice(0, 2));
  assertEquals((await read(null, 1, true)).epochs, []);
  for (const [epochs, mayLack] of [[3, false], [4, true]] as const) {
    const { message } = await assertRejects(() => read(text, epochs, mayLack), DataError);
    assertEquals(
      message,
      `metrics.jsonl: must hold the scores of ${epochs} epochs, but holds 2; put back a copy of it, or begin the run anew`,
    );
  }
});

Deno.test("every flipped bit, and every byte that is lost or doubled, is noticed", async () => {
  const bytes = new TextEncoder().encode(await textOf(EPOCHS.slice(0, 2)));
  const refused = async (damaged: Uint8Array, what: string): Promise<void> => {
    const { message } = await assertRejects(
      () => metricsOf(damaged, METRICS, RUN, 2, false),
      DataError,
      "",
      what,
    );
    assertMatch(
      message,
      /^metrics\.jsonl: (line [12]: |must hold the scores of 2 epochs, but holds 1)[^\n]*$/,
    );
  };
  for (let at = 0; at < bytes.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const damaged = bytes.slice();
      damaged[at]! ^= 1 << bit;
      await refused(damaged, `bit ${bit} of byte ${at}`);
    }
    // The end of the last line says nothing.
    if (at === bytes.length - 1) break;
    await refused(Uint8Array.from([...bytes].toSpliced(at, 1)), `without byte ${at}`);
    await refused(Uint8Array.from([...bytes].toSpliced(at, 0, bytes[at]!)), `byte ${at} twice`);
  }
});

Deno.test("a line of another epoch or another run is refused, and so is one that is sealed but no scores", async () => {
  const refused = async (text: string, why: string): Promise<void> => {
    const { message } = await assertRejects(() => read(text, 1), DataError);
    assertEquals(message, `metrics.jsonl: line 1: ${why}; put back a copy of it, or begin the run anew`);
  };
  await refused(await textOf([epoch(2, 1)]), "it must be of epoch 1, but is of epoch 2");
  await refused(await textOf([epoch(1, 1)], OTHER), "it must be of this run, but is of another one");
  const { heldOut: _, ...half } = epoch(1, 1);
  await refused(await textOf([half as Epoch]), "its heldOut is missing");
  await refused(
    await textOf([{ ...epoch(1, 1), step: "1" as unknown as number }]),
    'its step must be a whole number from 0, but it is "1"',
  );
});

Deno.test("comparable scores are less the constant wherever a loss has it", () => {
  const constant = 2;
  for (const objective of ["beta-vae", "taylor-hessian", "taylor-jacobian", "profiled"]) {
    const { loss, terms, evaluation } = comparable(scores(5), objective, constant);
    assertEquals([loss.value, loss.standardError, terms], [3, 0.5, { reconstruction: 3, kl: 0.25 }]);
    assertEquals([evaluation["beta-vae"].value, evaluation.grae.value, evaluation["grae-star"].value], [
      3,
      5,
      5,
    ]);
  }
  for (const objective of ["grae", "grae-block", "grae-star", "grae-star-stochastic"]) {
    const { loss, terms, evaluation } = comparable(scores(5), objective, constant);
    assertEquals([loss.value, terms["reconstruction"], evaluation["beta-vae"].value], [5, 5, 3]);
  }
  assertEquals(comparable(scores(null), "beta-vae", constant).loss.value, null);
});

Deno.test("the words for scores call β KL what it is, and a score that overflowed not finite", () => {
  assertEquals(
    scoresText(comparable(scores(46.391), "beta-vae", 0)),
    "46.39 ± 0.50 = reconstruction 46.39 + β KL 0.25; evaluation: β-VAE 46.39 ± 0.50, GRAE 46.39, GRAE* 46.39 ± 0.50",
  );
  assert(scoresText(scores(null)).startsWith("not finite = reconstruction not finite + β KL 0.25; "));
  assertEquals(
    unitNote(720.4478),
    "losses are in nats per image, less (n/2) log 2π = 720.448; ± is the standard error of the noise",
  );
  assertEquals(unitNote(0), "losses are in nats per image; ± is the standard error of the noise");
});
