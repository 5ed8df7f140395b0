import { assert, assertEquals, assertThrows } from "@std/assert";
import { embedPng, embedSvg, heatMap, page, table, toSvg } from "./mod.ts";

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 1, 2, 3);

Deno.test("a page shows its sections, and needs nothing from elsewhere", () => {
  const html = page({
    title: "A run",
    lead: "What it learned.",
    sections: [
      { title: "Samples", caption: "Decoded from N(0, I).", body: embedPng(PNG, "a grid of digits") },
      { title: "Options", body: table([["β", "0.2"]]) },
    ],
  });
  for (
    const text of [
      "<!doctype html>",
      "<h1>A run</h1>",
      "What it learned.",
      "<h2>Samples</h2>",
      "Decoded from N(0, I).",
      'alt="a grid of digits"',
      "<td>0.2</td>",
    ]
  ) {
    assert(html.includes(text), text);
  }
  assert(html.includes(`data:image/png;base64,${btoa(String.fromCharCode(...PNG))}`));
  assert(embedPng(PNG, "small", 40).includes('alt="small" width="40"'));
  assert(html.includes("prefers-color-scheme: dark") && html.includes('name="viewport"'));
  // Neither loads anything nor runs anything.
  assertEquals(html.match(/(src|href)="(?!data:|#)[^"]*"/g), null);
  assertEquals(html.match(/<(script|link|iframe)/g), null);
});

Deno.test("texts are escaped wherever they come from", () => {
  const evil = '<script>alert("1")</script>&';
  const html = page({
    title: evil,
    lead: evil,
    sections: [{ title: evil, caption: evil, body: table([[evil, evil]]) + embedPng(PNG, evil) }],
  });
  assert(!html.includes("<script>"));
  assert(html.includes("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;"));
});

Deno.test("an embedded drawing is an SVG element without its prologue, and what is no drawing is refused", () => {
  const svg =
    '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><g/></svg>';
  const html = embedSvg(svg, "a curve");
  assert(embedSvg(svg, "cost in $& and $1").includes('aria-label="cost in $&amp; and $1"'));
  assert(html.includes("<svg ") && !html.includes("<?xml"));
  assert(html.includes('role="img"') && html.includes('aria-label="a curve"'));
  assertThrows(() => embedSvg("<div>", "x"), TypeError, "embedSvg: an SVG document is required");
  assertThrows(() => embedPng(Uint8Array.of(1, 2), "x"), TypeError, "embedPng: a PNG file is required");
});

Deno.test("a whole page with a real drawing names no address, and tells the browser to load and run nothing", async () => {
  const svg = await toSvg(
    heatMap({ matrix: [[1, 0], [0, 2]], title: "a <b>", quantity: "q", blocks: [1, 1] }),
  );
  const html = page({ title: "t", lead: "l", sections: [{ title: "s", body: embedSvg(svg, "a map") }] });
  assertEquals(html.match(/https?:\/\/|\/\/[a-z]/g), null);
  assert(html.includes("<text") && html.includes("a &lt;b&gt;"), "the drawing is on the page");
  const policy = html.match(/<meta http-equiv="Content-Security-Policy" content="([^"]*)">/)?.[1];
  assertEquals(
    policy,
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'",
  );
});

Deno.test("a section can be linked to by its id, and a page can have rules of its own", () => {
  const html = page({
    title: "t",
    lead: "l",
    sections: [{ title: "First", id: 'a"b', body: "" }, { title: "Second", body: "" }],
    style: ".card { color: red; }",
  });
  assert(
    html.includes('<section id="a&quot;b">\n<h2>First</h2>') && html.includes("<section>\n<h2>Second</h2>"),
  );
  assert(html.indexOf(".card { color: red; }") < html.indexOf("</style>"));
});
