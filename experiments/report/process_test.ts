import { assertEquals, assertStringIncludes } from "@std/assert";
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../../fixtures/temporary_folder.ts";
import { childCommand } from "../command/process.ts";
import { evidenceHtml, evidenceJson } from "./made_up.ts";

const obstacle = !mayUseDisk
  ? "needs --allow-read=. --allow-write=.test"
  : denoCommand === undefined
  ? "needs --allow-run=deno"
  : "";
const processTest = (sentence: string, test: (folder: string) => Promise<void>): void =>
  Deno.test({
    name: sentence + (obstacle && ` (ignored: ${obstacle})`),
    ignore: obstacle !== "",
    fn: () => inFolder(test),
  });

/** What the task's own command gives. */
async function report(...args: string[]): Promise<{ code: number; out: string[]; err: string[] }> {
  const { code, stdout, stderr } = await childCommand(denoCommand ?? "deno", {
    args: ["run", "--no-prompt", "--allow-run=deno", `${ROOT}/experiments/report/report.ts`, ...args],
    cwd: ROOT,
  }).output();
  const lines = (bytes: Uint8Array): string[] => new TextDecoder().decode(bytes).split("\n").filter(Boolean);
  return { code, out: lines(stdout), err: lines(stderr) };
}

processTest(
  "the task makes a site with the permissions that its folders need, and names what is not in it",
  async (folder) => {
    await Deno.mkdir(`${folder}/proof`);
    await Deno.writeTextFile(`${folder}/proof/evidence.json`, JSON.stringify(evidenceJson()));
    await Deno.writeTextFile(`${folder}/proof/index.html`, evidenceHtml);
    await Deno.mkdir(`${folder}/runs/empty`, { recursive: true });
    await Deno.mkdir(`${folder}/runs/linked`);
    // Only a process that may do everything may make a link.
    const link = `Deno.symlinkSync("../../proof/evidence.json", ${
      JSON.stringify(`${folder}/runs/linked/manifest.json`)
    })`;
    await childCommand(denoCommand ?? "deno", { args: ["eval", link] }).output();
    const { code, out, err } = await report(
      ...["--runs", `${folder}/runs`, "--evidence", `${folder}/proof`, "--out", `${folder}/site/`],
    );
    assertEquals(code, 0, err.join("\n"));
    assertEquals(out[0], `${folder}/site/index.html`);
    for (const file of out) assertEquals((await Deno.stat(file)).isFile, true);
    assertEquals(err, [
      "report: left out: empty: must hold manifest.json, but does not",
      "report: left out: linked: its manifest.json must be a file, and no link, but is not",
    ]);
    assertStringIncludes(await Deno.readTextFile(`${folder}/site/index.html`), "<h2>Left out</h2>");
  },
);

processTest(
  "a report with nothing to show, or a command line that cannot be followed, gives one line",
  async (folder) => {
    const nothing = await report(
      "--runs",
      `${folder}/a`,
      "--evidence",
      `${folder}/b`,
      "--out",
      `${folder}/c`,
    );
    assertEquals([nothing.code, nothing.out, nothing.err.length], [1, [], 1]);
    assertStringIncludes(nothing.err[0]!, "a report needs a run or the gate's evidence");
    const wrong = await report("--out", ".");
    assertEquals([wrong.code, wrong.err.length], [2, 1]);
  },
);
