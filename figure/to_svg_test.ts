import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { type ChartSpec, toSvg } from "./to_svg.ts";

const line = (last: number): ChartSpec => ({
  width: 200,
  height: 100,
  data: { values: [{ x: 0, y: 1 }, { x: 1, y: last }] },
  mark: { type: "line", clip: true },
  encoding: {
    x: { field: "x", type: "quantitative", title: "epoch" },
    y: { field: "y", type: "quantitative", title: "a < b" },
  },
});

Deno.test("an SVG holds the axis titles, escaped, in a font of the page", async () => {
  const svg = await toSvg(line(2));
  assertMatch(svg, /^<svg .*<\/svg>$/s);
  assertStringIncludes(svg, ">epoch</text>");
  assertStringIncludes(svg, ">a &lt; b</text>");
  assertMatch(svg, /font-family="DejaVu Sans, /);
});

Deno.test("the same spec gives the same SVG, whatever was drawn before or beside it", async () => {
  const first = await toSvg(line(2));
  const others = await Promise.all([toSvg(line(5)), toSvg(line(2)), toSvg(line(7))]);
  assertEquals(others[1], first);
  assertEquals(others[0] === first, false);
});

Deno.test("two drawings share no id, and every reference finds its id", async () => {
  const ids = (svg: string): string[] => [...svg.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]!);
  const [a, b] = [await toSvg(line(2)), await toSvg(line(5))];
  assertEquals(ids(a).length > 0, true, "the example must contain an id");
  assertEquals(ids(a).filter((id) => ids(b).includes(id)), []);
  const references = [...a.matchAll(/url\(#([^)]+)\)/g)].map((match) => match[1]!);
  assert(references.length > 0 && references.every((id) => ids(a).includes(id)), references.join());
});

Deno.test("a spec that the compiler or the drawing warns about is refused, not drawn wrong", async () => {
  const { encoding, ...rest } = line(2) as unknown as { encoding: Record<string, unknown> };
  const square = {
    ...rest,
    mark: "square",
    encoding: { ...encoding, shape: { field: "x", type: "nominal" } },
  };
  const error = await assertRejects(() => toSvg(square as unknown as ChartSpec), TypeError);
  assertStringIncludes(error.message, "toSvg: the spec cannot be drawn as it stands: ");
  assertStringIncludes(error.message, "shape");
  const empty = { ...line(2), data: { values: [] } } as unknown as ChartSpec;
  await assertRejects(() => toSvg(empty), TypeError, "Infinite extent");
});

Deno.test("something that is no spec at all is refused", async () => {
  await assertRejects(
    () => toSvg({} as ChartSpec),
    TypeError,
    "toSvg: the spec cannot be drawn as it stands: ",
  );
});

Deno.test("data from elsewhere is refused, even where the network could be reached", async () => {
  const { data: _, ...rest } = line(2) as unknown as Record<string, unknown>;
  const spec = { ...rest, data: { url: "data.json" } } as unknown as ChartSpec;
  await assertRejects(() => toSvg(spec), TypeError, "data.json");
});
