import { assert, assertEquals } from "@std/assert";
import { textWidth, wrapText } from "./text_width.ts";
import { resvg } from "../lib/embedded/rasteriser.ts";
import { fonts } from "./fonts.ts";

/** The width that the rasteriser gives a text in the real font, in pixels. */
async function drawnWidth(text: string, size: number, bold: boolean): Promise<number> {
  const { Resvg } = await resvg();
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="100"><text x="0" y="50" ` +
    `font-family="DejaVu Sans" font-weight="${
      bold ? "bold" : "normal"
    }" font-size="${size}">${text}</text></svg>`;
  const drawing = new Resvg(svg, { font: { fontBuffers: await fonts() } });
  const box = drawing.getBBox();
  const width = box === undefined ? 0 : box.x + box.width;
  box?.free();
  drawing.free();
  return width;
}

Deno.test("the estimated width of a text never falls short of the drawn one, and exceeds it by a quarter at most", async () => {
  const texts = [
    "0.0010",
    "1,000,000",
    "negative log-likelihood (nats)",
    "Mean absolute JᵀJ of the decoder on held-out digits",
    "WWWWMMMM@@@@",
    "illicit fjord",
    "β = 0.5, σ² = 1.25",
    "LATENT CAPITALS",
  ];
  for (const text of texts) {
    for (const bold of [false, true]) {
      const drawn = await drawnWidth(text, 12, bold);
      const ratio = textWidth(text, 12, bold) / drawn;
      assert(drawn > 30 && ratio >= 1 && ratio <= 1.25, `${text}, bold ${bold}: ${ratio} of ${drawn}`);
    }
  }
});

Deno.test("a character takes what the widest of its group does, rounded up to a hundredth of its size", async () => {
  // The widest of each group, and another.
  const groups = ["|i", "!t", "xJ", "@m", "GX", "βb"];
  const alone = await drawnWidth("HH", 20, false);
  for (const [widest, other] of groups) {
    // Between two strokes, so that the space around a character counts.
    const drawn = (await drawnWidth(`H${widest!.repeat(50)}H`, 20, false) - alone) / 1000;
    assertEquals(
      [widest!, other!].map((one) => textWidth(one, 1)),
      Array(2).fill(Math.ceil(100 * drawn) / 100),
      widest,
    );
  }
  assertEquals(textWidth("0", 20, true), 20 * textWidth("0", 1) * 1.15);
});

Deno.test("a text is wrapped between words so that each line fits, and no word is lost", () => {
  const text = "one two three four five six seven eight nine ten";
  const lines = wrapText(text, 100, 12);
  assert(lines.length > 1);
  for (const line of lines) assert(textWidth(line, 12) <= 100, line);
  assertEquals(lines.join(" "), text);
});

Deno.test("a word that is wider than the line stands alone, whole", () => {
  assertEquals(wrapText("a incomprehensibilities b", 40, 12), ["a", "incomprehensibilities", "b"]);
  assertEquals(wrapText("", 40, 12), [""]);
});
