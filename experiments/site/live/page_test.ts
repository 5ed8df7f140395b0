import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { startEngine } from "../../../lib/engine/mod.ts";
import { FAMILIES, numbersOf, solve } from "./model.ts";
import { livePage } from "./page.tsx";

const SCRIPT = 'console.log("a < b && c", `$&`);';

Deno.test("the page runs its own script and no other, and loads nothing", async () => {
  const html = await livePage(SCRIPT, null);
  const [, script] = html.match(/<script type="module">([^]*?)<\/script>/)!;
  assertEquals(script, SCRIPT);
  const [, style] = html.match(/<style>([^]*?)<\/style>/)!;
  const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const [, policy] = html.match(/http-equiv="Content-Security-Policy" content="([^"]*)"/)!;
  assertEquals(
    policy!.replaceAll("&#39;", "'"),
    `default-src 'none'; script-src ${hash(script!)}; style-src ${
      hash(style!)
    }; form-action 'none'; base-uri 'none'`,
  );
  assertEquals(html.match(/<script/g)?.length, 1);
  assertEquals(html.match(/<(link|iframe|img|form)\b|(src|href)=|https?:|\son\w+=|\sstyle=/g), null);
});

Deno.test("every number has one place on the page, and every control a label", async () => {
  const html = await livePage(SCRIPT, null);
  await startEngine("cpu");
  const settings = { degrees: 30, variances: [0.1, 0.7], beta: 1, family: "mean-field" } as const;
  const names = Object.keys(numbersOf(await solve(settings)));
  const places = [...html.matchAll(/data-name="([^"]*)"/g)].map(([, name]) => name);
  assertEquals(places.toSorted(), names.toSorted());
  const controls = [...html.matchAll(/<input [^>]*id="([^"]*)"/g)].map(([, id]) => id!);
  assertEquals(controls, ["degrees", "first", "second", "beta", ...FAMILIES]);
  for (const id of controls) assert(html.includes(`<label for="${id}"`), id);
});

Deno.test("it is made for small screens, light and dark, and takes a site's navigation", async () => {
  const html = await livePage(SCRIPT, null);
  assertStringIncludes(html, 'content="width=device-width, initial-scale=1"');
  assertStringIncludes(html, "color-scheme: light dark");
  assert(!html.includes("<nav"));
  const navigation = { links: [{ title: "grae", href: "index.html" }], current: "index.html" };
  assert((await livePage(SCRIPT, navigation)).includes('<a href="index.html" aria-current="page">grae</a>'));
});

Deno.test("a script that would end its own element is refused", async () => {
  for (const found of ["</script", "</SCRIPT", "<!--"]) {
    await assertRejects(
      () => livePage(`a = "${found}>"`, null),
      TypeError,
      `livePage: a script inside a page must not contain ${found}`,
    );
  }
});
