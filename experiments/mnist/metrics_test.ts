import { assertEquals, assertThrows } from "@std/assert";
import { DataError } from "../../lib/data/mod.ts";
import { type EpochMetrics, metricsOf, metricsText } from "./metrics.ts";

/** The metrics of an epoch whose loss is this. */
function epoch(number: number, value: number, standardError: number | null = 0.5): EpochMetrics {
  const loss = { value, standardError };
  const yardsticks = { "beta-vae": loss, grae: { value, standardError: null }, "grae-star": loss };
  const scores = { images: 3, loss, terms: { kl: value }, yardsticks };
  return { epoch: number, step: 10 * number, seconds: 0.1, train: scores, heldOut: scores };
}

Deno.test("metrics come back from their text as they were, NaN too", () => {
  const lines = [epoch(1, 2), epoch(2, NaN, null), epoch(3, 4)];
  assertEquals(metricsOf(metricsText(lines), "f", 3), lines);
});

Deno.test("lines beyond the epochs asked for are dropped, whatever they hold", () => {
  assertEquals(metricsOf(metricsText([epoch(1, 2)]) + "{half", "f", 1), [epoch(1, 2)]);
  assertEquals(metricsOf("", "f", 0), []);
});

Deno.test("a line that is missing, no JSON, of another epoch or without a score is refused by its number", () => {
  const { heldOut: _, ...half } = epoch(1, 2);
  for (const text of ["", "{", "null", metricsText([epoch(2, 2)]), JSON.stringify(half)]) {
    const { message } = assertThrows(() => metricsOf(text, "f", 1), DataError);
    assertEquals(message, "f: line 1 must hold the scores of epoch 1, but does not");
  }
});
