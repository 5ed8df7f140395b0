import { assertEquals, assertNotEquals } from "@std/assert";
import { toFileUrl } from "@std/path";
import { denoCommand, inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { findObstacle, type Step, visit } from "../../fixtures/visit.ts";
import { gatherEvidence } from "./evidence.ts";
import { gatherRuns } from "./gather.ts";
import { evidenceFolder, inMemory, mnistRun, studyRun } from "./made_up.ts";
import { siteFiles } from "./site.ts";

const obstacle = await findObstacle(mayUseDisk, denoCommand);
const name = (sentence: string): string => sentence + (obstacle && ` (ignored: ${obstacle})`);

const LONG = "a-name-that-goes-on-without-a-break-".repeat(4);
const WIDE = [{
  title: "A wide table",
  caption: "Held-out loss in nats, by objective and β",
  head: ["objective", ...[0.1, 0.2, 0.5, 1, 2, 5, 10].map((beta) => `β = ${beta}`), "remark"],
  rows: [["GRAE", ...Array(7).fill("24.250 ± 0.125"), "a remark that is long enough for several lines"]],
}];

/** A site of everything that is wide. */
async function widePages(): Promise<ReadonlyMap<string, string>> {
  const words = [`${LONG} was found.`];
  const quick = {
    options: { quick: true, seed: 0, list: LONG },
    engine: { name: "wasm", description: LONG },
  };
  const gathered = await gatherRuns([
    studyRun("a", "metric", {}, { tables: WIDE }),
    studyRun(LONG, "metric", quick, { words, title: LONG, question: LONG }),
    studyRun("b", "uniqueness", quick, { words, title: LONG, question: LONG, tables: WIDE }),
    mnistRun("m"),
    inMemory(`${LONG}2`, {}),
  ]);
  return siteFiles({ ...gathered, evidence: await gatherEvidence(evidenceFolder()), live: null });
}

/** How much wider the page is than its window, in CSS pixels, the colour behind it, and how many pictures are broken. */
interface Look {
  readonly overflow: number;
  readonly paper: string;
  readonly lost: number;
}

const READ = `({
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
        if (pages[i]![0] === "laws.html") return;
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
