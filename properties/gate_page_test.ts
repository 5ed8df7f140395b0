import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { toFileUrl } from "@std/path";
import { childCommand } from "../tools/process.ts";
import { inFolder, mayUseDisk } from "../fixtures/temporary_folder.ts";
import { evidencePage } from "./gate/page.tsx";
import { runGate } from "./gate/run_gate.ts";
import { toyCandidate, toyGate } from "../fixtures/laws/toy_gate.ts";
import { laws } from "./laws/mod.ts";

const BROWSERS = ["chromium", "chromium-browser", "google-chrome"];
const browser = BROWSERS.find((command) =>
  Deno.permissions.querySync({ name: "run", command }).state === "granted"
);
const obstacle = await findObstacle();
const name = (sentence: string): string => `${sentence}${obstacle && ` (ignored: ${obstacle})`}`;

/** Why no browser can be asked, or an empty string. */
async function findObstacle(): Promise<string> {
  if (!mayUseDisk) return "needs --allow-read=. --allow-write=.test";
  if (browser === undefined) return "needs --allow-run=chromium";
  try {
    const { success } = await childCommand(browser, {
      args: ["--version"],
      stderr: "null",
      stdout: "null",
    }).output();
    return success ? "" : `${browser} does not start`;
  } catch {
    return "needs Chromium";
  }
}

/** What a browser makes of a page: the document after it has loaded, and what it wrote to its console. */
async function open(
  html: string,
  width: number,
): Promise<{ readonly document: string; readonly console: string[] }> {
  let answer = { document: "", console: [] as string[] };
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/index.html`, html);
    const { stdout, stderr } = await childCommand(browser!, {
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--enable-logging=stderr",
        `--user-data-dir=${folder}/profile`,
        `--window-size=${width},900`,
        "--virtual-time-budget=5000",
        "--dump-dom",
        toFileUrl(`${folder}/index.html`).href,
      ],
    }).output();
    const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
    answer = {
      document: text(stdout),
      console: text(stderr).split("\n").filter((line) => /:CONSOLE[:(]/.test(line)),
    };
  });
  return answer;
}

/** A script that writes what a reader cannot see into the title: fonts that loaded, and how much wider the page is. */
const PROBE = `<script>document.fonts.ready.then(() => {
  const loaded = [...document.fonts].filter((font) => font.status === "loaded").length;
  document.title = "fonts " + loaded + ", overflow " + (document.documentElement.scrollWidth - document.documentElement.clientWidth);
});</script></body>`;

Deno.test({
  name: name(
    "a browser shows every law on the page, typeset, no wider than a phone, and its console stays empty",
  ),
  ignore: obstacle !== "",
  fn: async () => {
    const evidence = await runGate(
      toyGate({ candidates: [toyCandidate("oracle")], laws: [], plan: { seed: 1, cases: 1 } }),
    );
    const shown = laws.map(({ check: _, clauses: __, needs: ___, ...law }) => ({
      ...law,
      verdict: law.expected,
      cases: 1,
      worst: 0,
      seconds: 0,
      runs: [],
      doesNotApply: [],
      faults: [],
    }));
    const page = evidencePage({ ...evidence, laws: shown });
    const plain = await open(page, 1000);
    assertEquals(plain.console, []);
    for (const { id } of laws) assertStringIncludes(plain.document, `<article id="${id}">`);
    // The page's policy lets no script run.
    const probing = page.replace("default-src", "script-src &#39;unsafe-inline&#39;; default-src").replace(
      "</body>",
      PROBE,
    );
    const probed = await open(probing, 500);
    assertEquals(probed.console, []);
    const [, fonts, overflow] = /<title>fonts (\d+), overflow (\d+)</.exec(probed.document) ?? [];
    assert(Number(fonts) >= 4, `only ${fonts} of KaTeX's fonts were loaded`);
    assertEquals(Number(overflow), 0, "the page is wider than its window");
  },
});

Deno.test({
  name: name("this way of asking a browser would hear an error"),
  ignore: obstacle !== "",
  fn: async () => {
    const { console: heard, document } = await open("<p id=a>there<script>nothing.at.all()</script>", 500);
    assertStringIncludes(document, 'id="a"');
    assertEquals(heard.length, 1);
  },
});
