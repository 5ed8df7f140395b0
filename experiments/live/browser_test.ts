import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { toFileUrl } from "@std/path";
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../../fixtures/temporary_folder.ts";
import { startEngine } from "../../lib/engine/mod.ts";
import { buildLivePage, liveScript } from "./bundle.ts";
import { type Settings, solve } from "./model.ts";
import { numbersOf } from "./numbers.ts";
import { livePage } from "./page.ts";
import { findObstacle, type Step, visit, type Visited } from "./visit.ts";
import { decimals, words } from "./words.ts";

const obstacle = await findObstacle(mayUseDisk, denoCommand);
const ignore = obstacle !== "";
const name = (sentence: string): string => `${sentence}${obstacle && ` (ignored: ${obstacle})`}`;
const deno = denoCommand ?? "deno";

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

/** Three that are no β, and one that is. */
const BETAS = ["", "0", "1e9", "1"];

/** Put before the page's script: what a page must not do. */
const PLANTED = `console.warn("planted"); fetch("https://example.invalid/x").catch(() => {});
  queueMicrotask(() => nothing.at.all());\n`;

/** The script, and all visits to it with one browser; made once for all tests. */
let bundled: Promise<string> | undefined;
const script = (): Promise<string> => bundled ??= liveScript(deno);
type Tour = Readonly<Record<"journey" | "betas" | "phone" | "phoneAtNight" | "planted", Visited>>;
let toured: Promise<Tour> | undefined;
const tour = (): Promise<Tour> => toured ??= makeTour();

async function makeTour(): Promise<Tour> {
  let visited: Visited[] = [];
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/live.html`, await livePage(await script()));
    await Deno.writeTextFile(`${folder}/planted.html`, await livePage(PLANTED + await script()));
    const at = {
      url: toFileUrl(`${folder}/live.html`).href,
      width: 1000,
      scheme: "light",
      steps: [],
    } as const;
    visited = await visit(deno, folder, [
      { ...at, steps: JOURNEY.map(([step]) => step) },
      { ...at, steps: BETAS.map((fill) => ({ control: "beta", fill })) },
      { ...at, width: 390 },
      { ...at, width: 390, scheme: "dark" },
      { ...at, url: toFileUrl(`${folder}/planted.html`).href },
    ]);
  });
  const [journey, betas, phone, phoneAtNight, planted] = visited as [
    Visited,
    Visited,
    Visited,
    Visited,
    Visited,
  ];
  return { journey, betas, phone, phoneAtNight, planted };
}

Deno.test({
  name: name("in a browser every number is the library's, to the last bit, whatever is set"),
  ignore,
  fn: async () => {
    await startEngine("cpu");
    const { readings } = (await tour()).journey;
    assertEquals(readings.length, JOURNEY.length + 1);
    let settings = START;
    for (const [i, { numbers, texts, words: said, curve, marker }] of readings.entries()) {
      if (i > 0) settings = { ...settings, ...JOURNEY[i - 1]![1] };
      const solution = await solve(settings);
      const all = (write: (value: number) => string): Record<string, string> =>
        Object.fromEntries(Object.entries(numbersOf(solution)).map(([key, value]) => [key, write(value)]));
      assertEquals(numbers, all(String), JSON.stringify(settings));
      assertEquals(texts, all(decimals));
      assertEquals(said, words(settings, solution));
      // The curve has a point at every degree, and the marker stands on that of θ: to a twentieth of a pixel.
      const at = curve.split(" ")[settings.degrees]!.split(",");
      marker.forEach((coordinate, axis) => assertAlmostEquals(Number(coordinate), Number(at[axis]), 0.05));
    }
  },
});

Deno.test({
  name: name("a β that is none leaves the numbers and says what is allowed; the next one counts again"),
  ignore,
  fn: async () => {
    const [start, ...after] = (await tour()).betas.readings;
    assertEquals(after.length, BETAS.length);
    for (const [i, { numbers, words: said }] of after.entries()) {
      assertEquals(numbers, start!.numbers);
      assertEquals(said, i < 3 ? "β must be a number from 0.01 to 100." : start!.words);
    }
  },
});

Deno.test({
  name: name("the page is no wider than its window, on a phone too, light and dark"),
  ignore,
  fn: async () => {
    const { journey, phone, phoneAtNight } = await tour();
    for (const { readings } of [journey, phone, phoneAtNight]) {
      assertEquals(new Set(readings.map(({ overflow }) => overflow)), new Set([0]));
    }
  },
});

Deno.test({
  name: name("the page logs nothing, throws nothing and asks for nothing; one that does is heard"),
  ignore,
  fn: async () => {
    const { planted, ...own } = await tour();
    assertEquals(Object.values(own).flatMap(({ heard }) => heard), []);
    const heard = planted.heard.join("\n");
    for (
      const said of [
        /^warning: planted$/m,
        /^error: .*example\.invalid/m,
        /^thrown: nothing is not defined$/m,
      ]
    ) {
      assertMatch(heard, said);
    }
  },
});

Deno.test({
  name:
    `the script is small, the same each time, and holds neither tfjs's WebAssembly nor a path of where it was made${
      denoCommand === undefined ? " (ignored: needs --allow-run=deno)" : ""
    }`,
  ignore: denoCommand === undefined,
  fn: async () => {
    const made = await script();
    assert(made.length < 700_000, `${made.length} characters`);
    assertEquals(made.match(/AGFzbQ[A-Za-z0-9+/]{2000}|registry\.npmjs|file:\/\/\//g), null);
    assert(!made.includes(ROOT));
    assertEquals(await buildLivePage(undefined, deno), await livePage(made));
  },
});
