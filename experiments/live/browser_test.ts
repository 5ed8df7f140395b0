import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../../fixtures/temporary_folder.ts";
import { startEngine } from "../../lib/engine/mod.ts";
import { buildLivePage, liveScript } from "./bundle.ts";
import { type Settings, solve } from "./model.ts";
import { numbersOf } from "./numbers.ts";
import { livePage } from "./page.ts";
import { BROWSER, type Step, visit } from "./visit.ts";
import { decimals, words } from "./words.ts";

const obstacle = await findObstacle();
const ignore = obstacle !== "";
const name = (sentence: string): string => `${sentence}${obstacle && ` (ignored: ${obstacle})`}`;
const deno = denoCommand ?? "deno";
/** The script, bundled once for all tests. */
let bundled: Promise<string> | undefined;
const script = (): Promise<string> => bundled ??= liveScript(deno);

/** Why no browser can be driven, or an empty string. */
async function findObstacle(): Promise<string> {
  if (!mayUseDisk) return "needs --allow-read=. --allow-write=.test";
  if (denoCommand === undefined) return "needs --allow-run=deno";
  if (Deno.permissions.querySync({ name: "run", command: BROWSER }).state !== "granted") {
    return "needs --allow-run=chromium";
  }
  const version = new Deno.Command(BROWSER, { args: ["--version"], stdout: "null", stderr: "null" });
  const starts = await version.output().then(({ success }) => success, () => false);
  return starts ? "" : `needs ${BROWSER}`;
}

/** What is set when the page opens, and steps with what is set after each. */
const START: Settings = { degrees: 30, variances: [0.1, 0.7], beta: 1, family: "mean-field" };
const JOURNEY: readonly (readonly [Step, Partial<Settings>])[] = [
  [{ control: "degrees", fill: "0" }, { degrees: 0 }],
  [{ control: "degrees", fill: "45" }, { degrees: 45 }],
  [{ control: "degrees", press: ["ArrowRight", "ArrowRight", "ArrowUp"] }, { degrees: 48 }],
  [{ control: "degrees", press: ["End"] }, { degrees: 180 }],
  [{ control: "degrees", fill: "117" }, { degrees: 117 }],
  [{ control: "isotropic", fill: "check" }, { family: "isotropic" }],
  [{ control: "first", fill: "0.35" }, { variances: [0.35, 0.7] }],
  [{ control: "second", fill: "0.98" }, { variances: [0.35, 0.98] }],
  [{ control: "full", fill: "check" }, { family: "full" }],
  [{ control: "beta", fill: "0.2" }, { beta: 0.2 }],
  [{ control: "beta", fill: "37.5" }, { beta: 37.5 }],
  [{ control: "second", fill: "0.35" }, { variances: [0.35, 0.35] }],
  [{ control: "first", press: ["Home"] }, { variances: [0.02, 0.35] }],
  [{ control: "mean-field", fill: "check" }, { family: "mean-field" }],
];

const page = async (folder: string, html: string): Promise<string> => {
  await Deno.writeTextFile(`${folder}/index.html`, html);
  return `file://${folder}/index.html`;
};

Deno.test({
  name: name(
    "in a browser every number is the library's, to the last bit, whatever is set; nothing is logged or loaded",
  ),
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      await startEngine("cpu");
      const url = await page(folder, livePage(await script()));
      const steps = JOURNEY.map(([step]) => step);
      const [visited] = await visit(deno, folder, [{ url, width: 1000, scheme: "light", steps }]);
      assertEquals(visited!.heard, []);
      assertEquals(visited!.readings.length, JOURNEY.length + 1);
      let settings = START;
      for (const [i, { numbers, texts, words: said, curve, marker }] of visited!.readings.entries()) {
        if (i > 0) settings = { ...settings, ...JOURNEY[i - 1]![1] };
        const solution = await solve(settings);
        const expected = Object.entries(numbersOf(solution));
        const all = (write: (value: number) => string): Record<string, string> =>
          Object.fromEntries(expected.map(([key, value]) => [key, write(value)]));
        assertEquals(numbers, all(String), JSON.stringify(settings));
        assertEquals(texts, all(decimals));
        assertEquals(said, words(settings, solution));
        // The curve has a point at every degree, and the marker stands on that of θ: to a twentieth of a pixel.
        const at = curve.split(" ")[settings.degrees]!.split(",");
        marker.forEach((coordinate, axis) => assertAlmostEquals(Number(coordinate), Number(at[axis]), 0.05));
      }
    }),
});

Deno.test({
  name: name(
    "a β that is none leaves the numbers as they are and says what is allowed; the next one counts again",
  ),
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const url = await page(folder, livePage(await script()));
      const steps = ["", "0", "1e9", "1"].map((fill) => ({ control: "beta", fill }));
      const [visited] = await visit(deno, folder, [{ url, width: 1000, scheme: "light", steps }]);
      const [start, ...after] = visited!.readings;
      for (const [i, { numbers, words: said }] of after.entries()) {
        assertEquals(numbers, start!.numbers);
        assertEquals(said, i < 3 ? "β must be a number from 0.01 to 100." : start!.words);
      }
      assertEquals(visited!.heard, []);
    }),
});

Deno.test({
  name: name("the page is no wider than a phone, light and dark"),
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const url = await page(folder, livePage(await script()));
      const [light, dark] = await visit(
        deno,
        folder,
        (["light", "dark"] as const).map((scheme) => ({ url, width: 390, scheme, steps: [] })),
      );
      for (const { readings, heard } of [light!, dark!]) {
        assertEquals(readings.map(({ overflow }) => overflow), [0]);
        assertEquals(heard, []);
      }
    }),
});

Deno.test({
  name: name("this way of asking a browser hears a warning, an error and a request"),
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const planted = `console.warn("planted"); fetch("https://example.invalid/x").catch(() => {});
        queueMicrotask(() => nothing.at.all());\n`;
      const url = await page(folder, livePage(planted + await script()));
      const [visited] = await visit(deno, folder, [{ url, width: 500, scheme: "light", steps: [] }]);
      const heard = visited!.heard.join("\n");
      for (
        const said of [
          /^warning: planted$/m,
          /^error: .*example\.invalid/m,
          /^thrown: nothing is not defined$/m,
        ]
      ) {
        assertMatch(heard, said);
      }
    }),
});

Deno.test({
  name: name(
    "the script is small, the same each time, and holds neither tfjs's WebAssembly nor a path of where it was made",
  ),
  ignore: !mayUseDisk || denoCommand === undefined,
  fn: async () => {
    const made = await script();
    assert(made.length < 700_000, `${made.length} characters`);
    assertEquals(made.match(/AGFzbQ[A-Za-z0-9+\/]{2000}|registry\.npmjs|file:\/\/\//g), null);
    assert(!made.includes(ROOT));
    assertEquals(await buildLivePage(undefined, deno), livePage(made));
  },
});
