import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { navigation, navigationStyle, page } from "./mod.ts";

const links = [
  { title: "grae", href: "index.html" },
  { title: "a < b", href: 'a.html?"x' },
];

Deno.test("a navigation links its pages, says where one is, and escapes what it is given", () => {
  const html = navigation("Site", links, "index.html");
  assertStringIncludes(html, '<nav class="pages" aria-label="Site">');
  assertStringIncludes(html, '<a href="index.html" aria-current="page">grae</a>');
  assertStringIncludes(html, '<a href="a.html?&quot;x">a &lt; b</a>');
  assertEquals(html.match(/aria-current/g)?.length, 1);
});

Deno.test("a page has its navigation before its main part, with the rules for it, and one without has neither", () => {
  const options = { title: "t", lead: "l", sections: [] };
  const nav = navigation("Site", links, "index.html");
  const html = page({ ...options, navigation: nav });
  assert(html.indexOf("<body>") < html.indexOf(nav) && html.indexOf(nav) < html.indexOf("<main>"));
  assertStringIncludes(html, navigationStyle);
  assert(!page(options).includes("<nav") && !page(options).includes(navigationStyle));
});
