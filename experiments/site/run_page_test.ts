import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { manifest, run } from "../../fixtures/runs/made_up.ts";
import { runPage } from "./run_page.tsx";

/** Where texts stand in a page, which must all be there. */
function places(html: string, ...texts: string[]): number[] {
  return texts.map((text) => {
    assertStringIncludes(html, text);
    return html.indexOf(text);
  });
}

Deno.test("a run's page has question, answer and caveat, then figures, then tables, then what was run, folded", () => {
  const html = runPage(run);
  const order = places(
    html,
    "<h1>The metric takes the shape of the posterior</h1>",
    "Is the metric block-diagonal?",
    "The ratio fell from 1.02 to 0.30.",
    "One seed.",
    "<h2>Ratio over epochs</h2>",
    "<figcaption>Theory presses it to 0; it is 0.30.</figcaption>",
    "<h2>Maps</h2>",
    "<details><summary>Ratios: 2 rows</summary>",
    "<summary>Options, engine, versions and times</summary>",
    "tfjs wasm, SIMD, 1 thread",
  );
  assertEquals(order, order.toSorted((a, b) => a - b));
  assertEquals(
    places(html, "<dt>--hidden</dt><dd>64,32</dd>", "4m 5s", "2026-03-01 10:04 UTC", "403 MB").length,
    4,
  );
  const body = html.slice(html.indexOf("<body>"));
  for (const absent of ["Quick run", "failed", "sittings"]) assert(!body.includes(absent), absent);
});

Deno.test("a quick run says so before the question", () => {
  const html = runPage({ ...run, manifest: { ...manifest, options: { quick: true } } });
  const [mark, question] = places(html, "Quick run: small", "Is the metric");
  assert(mark! < question!);
});

Deno.test("a run with a failed part says how many are left, and names it with its reason", () => {
  const failed = [{ name: "b-3", reason: "the loss of epoch 1 is not finite" }];
  const html = runPage({ ...run, manifest: { ...manifest, parts: 5 }, page: { ...run.page, failed } });
  const [count, question, summary, name, reason] = places(
    html,
    "4 of 5 parts: 1 failed. The numbers are those of the others.",
    "Is the metric",
    "Failed parts: 1 of 5",
    "b-3",
    "the loss of epoch 1 is not finite",
  );
  assert(count! < question! && question! < summary! && summary! < name! && name! < reason!);
});

Deno.test("tables of more than a few rows are folded, and sittings where there are several", () => {
  const [table] = run.tables;
  const long = { ...table!, rows: Array.from({ length: 40 }, (_, i) => [i, i / 7]) };
  const [sitting] = manifest.sittings;
  const sittings = [{ ...sitting!, to: null }, { ...sitting!, from: 1 }];
  const html = runPage({ ...run, manifest: { ...manifest, sittings }, tables: [long] });
  places(html, "<details><summary>Ratios: 40 rows</summary>", "<summary>2 sittings</summary>", "killed");
});

Deno.test("texts are escaped wherever they stand", () => {
  const evil = '<script>alert("1")</script>';
  const html = runPage({
    ...run,
    manifest: { ...manifest, options: { data: evil }, versions: { [evil]: evil } },
    page: {
      title: evil,
      question: evil,
      answer: evil,
      caveat: evil,
      figures: run.page.figures.map((one) => ({ ...one, title: evil, caption: evil })),
      tables: [],
      failed: [{ name: evil, reason: evil }],
    },
    tables: [{ file: "a.csv", title: evil, caption: evil, head: [evil], rows: [[evil]] }],
  });
  assert(!html.includes("<script"));
  assert(html.split("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;").length > 15);
});

Deno.test("a figure that is no picture, or a drawing that runs something, is refused", () => {
  assertThrows(
    () => runPage({ ...run, content: () => Uint8Array.of(1, 2) }),
    TypeError,
    "a picture must be a PNG file, but its bytes do not begin as one",
  );
  assertThrows(
    () => runPage({ ...run, content: () => "<svg><script>alert(1)</script></svg>" }),
    TypeError,
    "a drawing must be one <svg> of shapes and text, but it contains <script>",
  );
});
