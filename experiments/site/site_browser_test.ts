import { assertEquals, assertNotEquals } from "@std/assert";
import { toFileUrl } from "@std/path";
import { denoCommand, inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { findObstacle, type Step, visit } from "../../fixtures/visit.ts";
import { chart, encodePng, gridImage, toSvg } from "../../figure/mod.ts";
import type { SiteRun } from "./gather.ts";
import { evidence, manifest, run } from "../../fixtures/runs/made_up.ts";
import { siteFiles } from "./site.tsx";

const obstacle = await findObstacle(mayUseDisk, denoCommand);
const name = (sentence: string): string => sentence + (obstacle && ` (ignored: ${obstacle})`);

const LONG = "a-name-that-goes-on-without-a-break-".repeat(4);
const WIDE = {
  file: "wide.csv",
  title: "A wide table",
  caption: "Held-out loss in nats, by objective and β",
  head: ["objective", ...[0.1, 0.2, 0.5, 1, 2, 5, 10].map((beta) => `β = ${beta}`), "remark"],
  rows: [["GRAE", ...Array<number>(7).fill(24.25), "a remark that is long enough for several lines"]],
};

/** A site of everything that is wide. */
async function widePages(): Promise<ReadonlyMap<string, string>> {
  const drawing = await toSvg(chart({
    x: { title: "epoch" },
    y: { title: "loss", unit: "nats" },
    series: [{ name: "β = 1", points: [{ x: 1, y: 140 }, { x: 2, y: 110 }] }],
  }));
  const picture = encodePng(
    gridImage([{ width: 28, height: 28, pixels: new Float32Array(784) }], { columns: 1 }),
  );
  const content = (file: string) => file.endsWith(".svg") ? drawing : picture;
  const texts = { title: LONG, question: LONG, answer: `${LONG} was found.`, caveat: LONG };
  const failed = [{ name: LONG, reason: LONG }];
  const sittings = Array(3).fill({ engine: LONG, host: LONG, from: 0, to: null });
  const runs: SiteRun[] = ["metric", "mnist", "uniqueness"].flatMap((study, i) => [
    { ...run, content, folder: `${i}`, manifest: { ...manifest, study }, tables: [WIDE] },
    {
      ...run,
      content,
      folder: LONG + i,
      manifest: { ...manifest, study, sittings, options: { quick: true, [LONG]: LONG } },
      page: { ...run.page, ...texts, failed },
      tables: [WIDE],
    },
  ]);
  const [law] = evidence.laws;
  const wide = {
    ...law!,
    id: "W",
    title: LONG,
    statement: LONG,
    runs: [{ ...law!.runs[0]!, failure: { token: "t", message: LONG } }],
  };
  const laws = { ...evidence, problems: [LONG], laws: [...evidence.laws, wide] };
  return siteFiles({ runs, leftOut: [LONG], evidence: laws, live: null, api: true });
}

/** How much wider the page is than its window, in CSS pixels, the colour behind it, and how many pictures are broken. */
interface Look {
  readonly overflow: number;
  readonly paper: string;
  readonly lost: number;
}

// Everything is unfolded.
const READ = `(document.querySelectorAll("details").forEach((one) => one.open = true), {
  overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  paper: getComputedStyle(document.body).backgroundColor,
  lost: [...document.images].filter((one) => one.naturalWidth === 0).length,
})`;

Deno.test({
  name: name(
    "a browser shows each page no wider than its window, on a phone too, light and dark; nothing is logged or loaded",
  ),
  ignore: obstacle !== "",
  fn: () =>
    inFolder(async (folder) => {
      const pages = [...await widePages()].filter(([file]) => file.endsWith(".html"));
      for (const [file, html] of pages) await Deno.writeTextFile(`${folder}/${file}`, html);
      // A page that is wrong in every way is heard to be.
      const wrong =
        '<body style="margin: 0; width: 2000px"><img src="gone.png"><script>nothing.at.all()</script>';
      await Deno.writeTextFile(`${folder}/wrong.html`, wrong);
      const looks: readonly Step[] = [
        { width: 390, scheme: "light" },
        { width: 390, scheme: "dark" },
        { width: 1100, scheme: "light" },
      ];
      const visits = [...pages.map(([file]) => file), "wrong.html"].map((file) => (
        { url: toFileUrl(`${folder}/${file}`).href, ready: "body", read: READ, steps: looks }
      ));
      const seen = await visit<Look>(denoCommand ?? "deno", folder, visits);
      const wrongOne = seen.pop();
      assertEquals(seen.length, pages.length);
      seen.forEach(({ readings: [, ...looks], heard }, i) => {
        const broken = looks.map(({ overflow, lost }) => [overflow, lost]);
        assertEquals([pages[i]![0], broken, heard], [pages[i]![0], [[0, 0], [0, 0], [0, 0]], []]);
        const [light, dark, wide] = looks.map(({ paper }) => paper);
        assertEquals(light, wide);
        assertNotEquals(light, dark);
      });
      const wrongLooks = wrongOne!.readings.slice(1).map(({ overflow, lost }) => [overflow, lost]);
      assertEquals(wrongLooks, [[1610, 1], [1610, 1], [900, 1]]);
      assertEquals(wrongOne!.heard.map((line) => line.split(":")[0]).toSorted(), [
        "error",
        "request",
        "thrown",
      ]);
    }),
});
