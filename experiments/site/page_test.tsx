import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Child } from "hono/jsx";
import { PNG } from "../../fixtures/runs/made_up.ts";
import { DataTable, pageHtml, Picture, shown } from "./page.tsx";

const table = (...rows: readonly (readonly Child[])[]): string =>
  String(<DataTable caption="Loss in nats" head={["objective", "loss"]} rows={rows} />);

Deno.test("the policy stands first in the head, right after the character set, and loads and runs nothing", () => {
  assertMatch(
    pageHtml("t", null, "body"),
    /^<!doctype html>\n<html lang="en"><head><meta charset="utf-8"\/><meta http-equiv="Content-Security-Policy" content="default-src (&#39;|')none/,
  );
});

Deno.test("a page has nothing from elsewhere, and rules for dark mode and small windows", () => {
  const html = pageHtml("a < b", null, <Picture content={PNG} label="a grid" name="a" width={40} />);
  assertStringIncludes(html, "<title>a &lt; b</title>");
  assertStringIncludes(html, 'alt="a grid" width="40"');
  assert(html.includes("color-scheme: light dark") && html.includes('name="viewport"'));
  assertEquals(html.match(/(src|href)="(?!data:|#)[^"]*"|url\(|@import|<(script|link|iframe)/g), null);
});

Deno.test("a navigation links its pages, says where one is, and escapes what it is given", () => {
  const links = [{ title: "grae", href: "index.html" }, { title: "a < b", href: 'a.html?"x' }];
  const html = pageHtml("t", { links, current: "index.html" }, "body");
  assertStringIncludes(html, '<nav class="pages" aria-label="Site">');
  assertStringIncludes(html, '<a href="index.html" aria-current="page">grae</a>');
  assertStringIncludes(html, '<a href="a.html?&quot;x">a &lt; b</a>');
  assertEquals(html.match(/aria-current="/g)?.length, 1);
  assert(!pageHtml("t", null, "body").includes("<nav"));
});

Deno.test("numbers have four significant digits, whole ones and those from 1,000 all before the point", () => {
  const cases: [number, string][] = [
    [0, "0"],
    [0.65234, "0.6523"],
    [-3.20009, "−3.2"],
    [0.0001234567, "1.235e−4"],
    [1e-300, "1e−300"],
    [1234.56, "1235"],
    [12345, "12345"],
    [99999.6, "100000"],
    [12345678.9, "1.235e7"],
    [1 / 3, "0.3333"],
    [0.001, "0.001"],
  ];
  assertEquals(cases.map(([value]) => shown(value)), cases.map(([, text]) => text));
});

Deno.test("a table's columns and rows have headings of their own, and it scrolls by itself under its caption", () => {
  const html = table(["GRAE", 12.5], ["β-VAE", null]);
  assertEquals(
    [...html.matchAll(/<th scope="(\w+)"[^>]*>([^<]*)/g)].map(([, scope, text]) => [scope, text]),
    [
      ["col", "objective"],
      ["col", "loss"],
      ["row", "GRAE"],
      ["row", "β-VAE"],
    ],
  );
  assertStringIncludes(html, "<caption>Loss in nats</caption>");
  // A keyboard reaches what scrolls.
  assertStringIncludes(html, '<div class="scroll" role="region" aria-label="Loss in nats" tabindex="0">');
});

Deno.test("numbers stand to the right in columns that hold nothing else, and long texts are broken into lines", () => {
  const kind = (...cells: Child[]) =>
    table(...cells.map((cell) => ["a", cell])).match(/<th scope="col"(?: class="(\w+)")?>loss/)?.[1];
  assertEquals(kind(1, 2.5), "figure");
  assertEquals(kind(1, null, -3), "figure");
  assertEquals(kind(1, "two"), undefined);
  assertEquals(kind(null, ""), undefined);
  assertEquals(kind("a remark on what was seen here", 12), "words");
});
