import { assert, assertStringIncludes, assertThrows } from "@std/assert";
import { beside, chart, contour, embedSvg, heatMap, toSvg } from "./mod.ts";

Deno.test("a drawing that runs or loads something is refused, one that refers to its own parts is not", () => {
  const draw = (body: string, attributes = ""): string =>
    `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${body}</svg>`;
  const refused: [string, string][] = [
    [draw("<script>alert(1)</script>"), "<script"],
    [draw("<SCRIPT>alert(1)</SCRIPT>"), "<SCRIPT"],
    [draw("<foreignObject/>"), "<foreignObject"],
    [draw("", 'onload="alert(1)"'), "onload="],
    [draw('<rect\nonclick = "alert(1)"/>'), "onclick ="],
    [draw('<image href="https://example.org/a.png"/>'), 'href="https:'],
    [draw("<image xlink:href='//example.org/a.png'/>"), "href='//"],
    [draw('<a href="javascript:alert(1)">a</a>'), 'href="javascript:'],
    [draw('<rect fill="url(https://example.org/a.svg#b)"/>'), "url(https:"],
    [draw("<style>@import 'https://example.org/a.css';</style>"), "@import"],
  ];
  for (const [svg, found] of refused) {
    assertThrows(
      () => embedSvg(svg, "x"),
      TypeError,
      `embedSvg: a drawing must neither run nor load anything, but it contains ${found}`,
    );
  }
  const own = draw('<use href="#a"/><rect id="a" fill="url(#b)"/><text>salon = x, url, on and on=</text>');
  assert(embedSvg(own, "x").includes('fill="url(#b)"'));
  assert(embedSvg(draw('<image href="data:image/png;base64,AA=="/>'), "x").includes("data:image"));
});

const draw = (body: string): string => `<svg xmlns="http://www.w3.org/2000/svg" width="4">${body}</svg>`;

Deno.test("a drawing is one svg of shapes and text: any other element, and what stands after it, is refused", () => {
  const refused: [string, string][] = [
    [draw('<meta http-equiv="refresh" content="0;url=https://example.org">'), "<meta"],
    [`${draw("<g/>")}</div><form action=https://example.org>`, "</div"],
    [`${draw("<g/>")}<svg></svg>`, "<svg"],
    [`${draw("<g/>")} and more`, "and more"],
    [draw("</svg><form></form>"), "<form"],
    [draw('<base href="#">'), "<base"],
    [draw("<desc><b>a</b></desc>"), "<desc"],
    [draw("<animate/>"), "<animate"],
    [draw("<title><style></style></title>"), "<title"],
    [draw("<style>main { display: none }</style>"), "<style"],
    [draw("<META/>"), "<META"],
    [draw("<!-- a comment -->"), "<!-- a comment"],
    [draw("<![CDATA[ a ]]>"), "<![CDATA["],
    [draw("<g></path>"), "</path"],
    [draw("<g>"), "</svg"],
    [draw("<g"), "<g</svg"],
    [draw("<g id=a/>"), "<g id=a"],
    [draw('<g title="<form>"/>'), '<g title="<form'],
    [draw('<rect fill="u&#114;l(//example.org)"/>'), '<rect fill="u&#114;'],
    ["<svg><g></g>", "no end"],
  ];
  for (const [svg, found] of refused) {
    const why = "embedSvg: a drawing must be one <svg> of shapes and text, but it contains ";
    assertThrows(() => embedSvg(svg, "x"), TypeError, `${why}${found}`);
  }
});

Deno.test("every kind of figure that is made here is let through, with all of its elements", async () => {
  const maps = [heatMap({ matrix: [[1, 0], [0, 2]], title: 'a <b> & "c"', quantity: "q", blocks: [1, 1] })];
  const points = [{ x: 1, y: 2, low: 1, high: 3 }, { x: 2, y: 1, low: 0, high: 2 }];
  const axes = { x: { title: "x" }, y: { title: "y", unit: "nats" } };
  const line = chart({ ...axes, series: [{ name: "a", points }, { name: "b", points, dashed: true }] });
  const fields = contour({
    x: { title: "x", range: [0, 2] },
    y: { title: "y", range: [0, 2] },
    values: [[0, 1, 2], [1, 2, 3], [2, 3, 5]],
    quantity: "q",
    levels: [1, 2],
  });
  for (const spec of [line, fields, beside(maps, 1), ...maps]) {
    const svg = await toSvg(spec);
    const html = embedSvg(svg, "x");
    for (const name of new Set(svg.match(/<\w+/g))) assertStringIncludes(html, name);
  }
});
