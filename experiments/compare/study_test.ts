import { assertEquals, assertThrows } from "@std/assert";
import * as v from "valibot";
import { COMPARED_OBJECTIVES } from "../../properties/contract/trained.ts";
import { parseCommand, standardOf, UsageError } from "../runner/options.ts";
import { compareStudy } from "./study.ts";

const { name: task, about, options, examples } = compareStudy;

Deno.test("the β and the number of seeds that are asked for are those of default and quick runs", () => {
  for (const quick of [false, true]) {
    const { betas, seeds } = standardOf(options, quick);
    assertEquals([betas, seeds], [[0.1, 0.2, 0.4, 0.6, 0.8, 1, 2], 3]);
  }
});

Deno.test("options that make no comparison are refused by name", () => {
  const refused: readonly [args: string, message: string][] = [
    ["--betas 0.5,0.5", "--betas must be different numbers above 0"],
    ["--betas 0", "--betas must be"],
    ["--seeds 0", "--seeds must be a whole number from 1"],
    ["--pairs 1", "--pairs must be a whole number from 2"],
    ["--columns 1", "--columns must be a whole number from 2"],
    ["--contracted-pairs 1", "--contracted-pairs must be a whole number from 2"],
    ["--halvings 2", "--halvings must be a whole number from 3"],
    ["--judged 0", "--judged must be a whole number from 1"],
  ];
  for (const [args, message] of refused) {
    const parse = () => parseCommand({ task, about, options, examples }, args.split(" "));
    assertThrows(parse, UsageError, message);
  }
});

Deno.test("a part's result that lacks an objective, or holds what is no number, is refused", () => {
  const value = { loss: 1, terms: { reconstruction: 1 }, standardError: null };
  const values: Record<string, unknown> = Object.fromEntries(
    COMPARED_OBJECTIVES.map((name) => [name, value]),
  );
  const judged = { betaVaeLoss: 1, standardError: 0 };
  const model = { objective: "beta-vae", activation: "relu", beta: 1, seed: 0, judged, contractions: [] };
  const reads = (part: unknown): boolean => v.is(compareStudy.result, part);
  const along = (scores: Record<string, unknown>) => ({ ...model, along: [{ epoch: 0, values: scores }] });
  const { grae: _, ...others } = values;
  assertEquals(
    [
      along(values),
      // Kept by a version that judged more.
      { ...along(values), judged: { ...judged, grae: 1 } },
      {},
      along(others),
      along({ ...values, grae: { ...value, loss: null } }),
      { ...along(values), judged: { ...judged, betaVaeLoss: NaN } },
      { ...along(values), objective: "vae" },
    ].map(reads),
    [true, true, false, false, false, false, false],
  );
});
