import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { toFileUrl } from "@std/path";
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../../../fixtures/temporary_folder.ts";
import { startEngine } from "../../../lib/engine/mod.ts";
import { findObstacle, type Step, visit, type Visited } from "../../../fixtures/visit.ts";
import { decimals, numbersOf, type Settings, solve } from "./model.ts";
import { buildLive, bundled, livePage } from "./page.tsx";

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

/** What the page shows at one time. */
interface Reading {
  /** Numbers by name, with all their digits, and as a reader sees them. */
  readonly numbers: Readonly<Record<string, string>>;
  readonly texts: Readonly<Record<string, string>>;
  readonly refusal: string;
  /** Points of mean-field's curve, and the middle of its marker. */
  readonly curve: string;
  readonly marker: readonly string[];
  /** How much wider the page is than its window, in CSS pixels. */
  readonly overflow: number;
}

const READ = `(() => {
  const find = (selector) => document.querySelector(selector);
  const places = [...document.querySelectorAll("[data-name]")];
  const named = (value) => Object.fromEntries(places.map((place) => [place.dataset.name, value(place)]));
  const marker = find("#curve .point.mean-field");
  const root = document.documentElement;
  return {
    numbers: named((place) => place.dataset.value),
    texts: named((place) => place.textContent),
    refusal: find("#refusal").textContent,
    curve: find("#curve .line.mean-field").getAttribute("points"),
    marker: ["cx", "cy"].map((name) => marker.getAttribute(name)),
    overflow: root.scrollWidth - root.clientWidth,
  };
})()`;

/** The script, and all visits to it with one browser; made once for all tests. */
let made: Promise<string> | undefined;
const script = (): Promise<string> => made ??= bundled("browser.ts", { deno });
const VISITS: Readonly<Record<"journey" | "betas" | "phone" | "planted", readonly Step[]>> = {
  journey: JOURNEY.map(([step]) => step),
  betas: BETAS.map((fill) => ({ control: "beta", fill })),
  phone: [{ width: 390 }, { scheme: "dark" }],
  planted: [],
};
type Tour = Readonly<Record<keyof typeof VISITS, Visited<Reading>>>;
let toured: Promise<Tour> | undefined;
const tour = (): Promise<Tour> => toured ??= makeTour();

async function makeTour(): Promise<Tour> {
  let visited: Visited<Reading>[] = [];
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/live.html`, await livePage(await script(), null));
    await Deno.writeTextFile(`${folder}/planted.html`, await livePage(PLANTED + await script(), null));
    visited = await visit(
      deno,
      folder,
      Object.entries(VISITS).map(([name, steps]) => ({
        url: toFileUrl(`${folder}/${name === "planted" ? name : "live"}.html`).href,
        ready: 'main[aria-busy="false"]',
        read: READ,
        steps,
      })),
    );
  });
  return Object.fromEntries(Object.keys(VISITS).map((name, i) => [name, visited[i]!])) as Tour;
}

Deno.test({
  name: name("in a browser every number is the library's, to the last bit, whatever is set"),
  ignore,
  fn: async () => {
    await startEngine("cpu");
    const { readings } = (await tour()).journey;
    assertEquals(readings.length, JOURNEY.length + 1);
    let settings = START;
    for (const [i, { numbers, texts, refusal, curve, marker }] of readings.entries()) {
      if (i > 0) settings = { ...settings, ...JOURNEY[i - 1]![1] };
      const solution = await solve(settings);
      const all = (write: (value: number) => string): Record<string, string> =>
        Object.fromEntries(Object.entries(numbersOf(solution)).map(([key, value]) => [key, write(value)]));
      assertEquals(numbers, all(String), JSON.stringify(settings));
      assertEquals(texts, all(decimals));
      assertEquals(refusal, "");
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
    for (const [i, { numbers, refusal }] of after.entries()) {
      assertEquals(numbers, start!.numbers);
      assertEquals(refusal, i < 3 ? "β must be a number from 0.01 to 100." : "");
    }
  },
});

Deno.test({
  name: name("the page is no wider than its window, on a phone too, light and dark"),
  ignore,
  fn: async () => {
    const { journey, phone } = await tour();
    for (const { readings } of [journey, phone]) {
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
    assertEquals(await buildLive(null, { deno }), await livePage(made, null));
  },
});
