import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { dataTable } from "./mod.ts";

const rows = [["GRAE", "12.5", "−3 ± 1"], ["β-VAE", "", "10 ms"]];

Deno.test("a table's columns and rows have headings of their own, and it scrolls by itself under its caption", () => {
  const html = dataTable({ caption: "Loss in nats", head: ["objective", "loss", "change"], rows });
  assertEquals(html.match(/<th scope="col"[^>]*>[^<]*/g)?.map((th) => th.replace(/.*>/, "")), [
    "objective",
    "loss",
    "change",
  ]);
  assertEquals(html.match(/<th scope="row"[^>]*>[^<]*/g)?.map((th) => th.replace(/.*>/, "")), [
    "GRAE",
    "β-VAE",
  ]);
  assertStringIncludes(html, "<caption>Loss in nats</caption>");
  // A keyboard reaches what scrolls.
  assertStringIncludes(html, '<div class="scroll" role="region" aria-label="Loss in nats" tabindex="0">');
});

Deno.test("figures stand to the right in columns that hold nothing else", () => {
  const aligned = (column: readonly string[]): boolean =>
    dataTable({ caption: "c", head: ["name", "value"], rows: column.map((cell) => ["a", cell]) })
      .includes('<th scope="col" class="figure">value</th>');
  for (const column of [["1", "2.5"], ["−1e-3", "–"], ["+4 ± 1", ""], ["0.5 [0.1, 0.9]"], ["<0.001", "~2"]]) {
    assertEquals(aligned(column), true, column.join());
  }
  for (const column of [["1", "two"], ["2 of the five that were trained"], ["", "–"]]) {
    assertEquals(aligned(column), false, column.join());
  }
});

Deno.test("long texts are broken into lines, short ones are not", () => {
  const head = (cell: string): string | undefined =>
    dataTable({ caption: "c", head: ["name", "value"], rows: [["a", cell], ["b", "12"]] })
      .match(/<th scope="col"[^>]*>value/)?.[0];
  assertEquals(head("a remark on what was seen here"), '<th scope="col" class="words">value');
  assertEquals(head("a short remark"), '<th scope="col">value');
});

Deno.test("a table's texts are escaped", () => {
  const evil = '<script>"&';
  const html = dataTable({ caption: evil, head: [evil, evil], rows: [[evil, evil]] });
  assertEquals(html.includes("<script>"), false);
  assertEquals(html.match(/&lt;script&gt;&quot;&amp;/g)?.length, 6);
});

Deno.test("a table without columns, or with a row of another length than its head, is refused", () => {
  assertThrows(
    () => dataTable({ caption: "c", head: [], rows: [] }),
    TypeError,
    "dataTable: at least one column is needed, but the head is empty",
  );
  assertThrows(
    () => dataTable({ caption: "c", head: ["a", "b"], rows: [["1", "2"], ["1"]] }),
    TypeError,
    "dataTable: row 1 must have 2 cells, as the head has, but it has 1",
  );
});
