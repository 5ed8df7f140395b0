import { assert, assertEquals } from "@std/assert";
import { type MadeUp, madeUp } from "./made_up.ts";
import { summaries } from "./summary.ts";
import { ratioTable, varianceTable } from "./tables.ts";
import { words } from "./words.ts";

const said = (what: MadeUp): string => words(summaries(madeUp(what))).join("\n");
const includes = (text: string, part: string): void =>
  assert(text.includes(part), `${part}\nis not in\n${text}`);
const excludes = (text: string, part: RegExp): void => assert(!part.test(text), `${part}\nis in\n${text}`);

Deno.test("of a control the words give the mean, how far it is from 1, and its standard error; no verdict", () => {
  // Deviation .2 over 4 seeds: √(.04·4/3); over √4.
  const text = said({
    seeds: 4,
    after: ({ label }, seed) =>
      label === "mean-field" ? 1.8 + 0.2 * (-1) ** seed : label === "full" ? 0.9 : 0.4,
  });
  includes(text, "mean-field 1.80 (1.60–2.00)");
  includes(text, "mean-field's mean is 0.80 above 1 (standard error 0.12)");
  includes(text, "full's mean is 0.10 below 1 (standard error 0.00)");
  excludes(text, /stay/);
});

Deno.test("of one seed there is no standard error, and none is made up", () => {
  const text = said({ seeds: 1 });
  includes(text, "mean-field's mean is 0.00 from 1 (one seed, no standard error)");
  excludes(text, /NaN|Infinity|null|undefined/);
});

Deno.test("models below every control are said to be, and a panel that overlaps is named", () => {
  includes(said({}), "Every model with a block posterior has a ratio below the lowest of a control, 1.00.");
  const one = said({
    after: ({ label }) => label === "c" ? 1.1 : label === "full" || label === "mean-field" ? 1 : 0.4,
  });
  includes(one, "below the lowest of a control, 1.00: panel (c) overlaps.");
  const two = said({
    after: ({ label, family }, seed) => family !== "block" ? 1 : seed === 2 && "ad".includes(label) ? 1 : 0.4,
  });
  includes(two, ": panel (a), panel (d) overlap.");
});

Deno.test("a ratio that did not fall is named with its seeds", () => {
  excludes(said({}), /did not fall/);
  const text = said({
    before: () => 0.8,
    after: ({ label, family }, seed) => label === "b" && seed > 0 ? 0.9 : family === "block" ? 0.4 : 1,
  });
  includes(text, "In panel (b) the ratio did not fall for 2 of 3 seeds: 1, 2.");
  assertEquals(text.match(/did not fall/g)?.length, 1);
});

Deno.test("of the full control two means are given; a cause only where they are apart, and then as one that may be", () => {
  const halves = (first: number, ratio = 1): string =>
    said({
      length: ({ label }, k) => label === "full" && k < 4 ? Math.sqrt(first) : 1,
      after: ({ family }) => family === "block" ? 0.4 : ratio,
    });
  for (const ratio of [1, 0.5]) {
    const equal = halves(1, ratio);
    includes(equal, "In the full control latents 1–4 have a mean ‖J_{:k}‖² of 1.0, latents 5–8 of 1.0.");
    excludes(equal, /triangular/);
  }
  excludes(halves(1.4), /triangular/);
  for (const first of [1.6, 0.5]) {
    includes(halves(first), "more than a factor of 1.5 apart");
    includes(halves(first), "the triangular factor in which Σ is learned may order them");
  }
});

Deno.test("the words and the table tell what of the ratio is from lengths alone, and what is left of live latents", () => {
  const length: MadeUp["length"] = ({ label }, k) => label === "d" && k > 5 ? 1e-4 : 1;
  const text = said({ length });
  includes(text, "panel (d) 0.67 (0.67–0.67)");
  includes(text, "(k − 1)/(B − 1)");
  const { head, rows } = ratioTable(summaries(madeUp({ length })));
  const [lengths, live] = ["lengths alone", "normalised, live latents"].map((name) => head.indexOf(name));
  assertEquals(rows.map((row) => row[lengths!]!.slice(0, 4)), [
    "1.00",
    "1.00",
    "1.00",
    "0.67",
    "1.00",
    "1.00",
  ]);
  assertEquals(rows.map((row) => row[live!]!.slice(0, 4)), ["0.40", "0.40", "0.40", "0.40", "1.00", "1.00"]);
  assert(rows.every((row) => row.length === head.length));
});

Deno.test("variances have a table of their own: found twice as predicted throughout is a factor of 2, correlated by 1", () => {
  const { head, rows } = varianceTable(summaries(madeUp({ seeds: 2 })));
  assertEquals(head, ["", "family", "pairs", "factor", "correlation"]);
  assertEquals(rows[0], ["a", "block", "4", "2.00", "1.000"]);
  assertEquals(rows.map((row) => row[1]), ["block", "block", "block", "block", "mean-field", "full"]);
});
