import { assert, assertEquals, assertRejects } from "@std/assert";
import { decode } from "fast-png";
import { toPng } from "./to_png.ts";

const svg = (body: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20" viewBox="0 0 60 20">${body}</svg>`;
const text = (font: string): string =>
  svg(`<text x="2" y="15" font-family="${font}" font-size="12">gap</text>`);

/** Pixels that are darker than mid-gray, in red. */
function ink(png: Uint8Array): number {
  const { data, channels } = decode(png);
  return Array.from(data).filter((value, i) => i % channels === 0 && value < 128).length;
}

Deno.test("shapes land on their pixels, on white", async () => {
  const read = decode(
    await toPng(svg(`<rect x="10" y="5" width="20" height="10" fill="#204080"/>`), { scale: 1 }),
  );
  assertEquals([read.width, read.height, read.channels], [60, 20, 4]);
  const at = (x: number, y: number): number[] => [...read.data.slice(4 * (y * 60 + x), 4 * (y * 60 + x) + 4)];
  assertEquals(at(10, 5), [0x20, 0x40, 0x80, 255]);
  assertEquals(at(29, 14), [0x20, 0x40, 0x80, 255]);
  assertEquals(at(9, 5), [255, 255, 255, 255]);
  assertEquals(at(30, 14), [255, 255, 255, 255]);
});

Deno.test("scale multiplies the size", async () => {
  const read = decode(await toPng(svg(""), { scale: 2.5 }));
  assertEquals([read.width, read.height], [150, 50]);
});

Deno.test("text is drawn, bold is bolder, and an unknown font falls back", async () => {
  const normal = ink(await toPng(text("DejaVu Sans")));
  const bold = ink(await toPng(text("DejaVu Sans").replace("font-size", 'font-weight="bold" font-size')));
  assert(normal > 100, `${normal} dark pixels`);
  assert(bold > 1.2 * normal, `${bold} bold against ${normal}`);
  assertEquals(ink(await toPng(text("Nonexistent"))), normal);
  assertEquals(ink(await toPng(svg(""))), 0);
});

Deno.test("toPng refuses what is no SVG and a scale that is no size", async () => {
  await assertRejects(
    () => toPng("<p>no</p>"),
    TypeError,
    "toPng: an SVG document is needed, but it starts with",
  );
  await assertRejects(() => toPng("<svg"), TypeError, "toPng: the SVG cannot be read: ");
  for (const scale of [0, -1, NaN, Infinity, 20]) {
    await assertRejects(
      () => toPng(svg(""), { scale }),
      RangeError,
      `toPng: scale must be greater than 0 and at most 16, but it is ${scale}`,
    );
  }
});
