import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../../fixtures/temporary_folder.ts";
import { DataError } from "../../lib/data/error.ts";
import { childCommand, grantedPath } from "../../tools/process.ts";
import deno from "../../deno.json" with { type: "json" };
import { taskCommand } from "../../tools/shell.ts";
import { evidence, run, writeRun } from "../../fixtures/runs/made_up.ts";
import { type Navigation, pageHtml } from "./page.tsx";
import { type Parts, report } from "./report.ts";

const obstacle = mayUseDisk ? "" : " (ignored: needs --allow-read=. --allow-write=.test)";
const diskTest = (sentence: string, test: (folder: string) => Promise<void>): void =>
  Deno.test({ name: sentence + obstacle, ignore: !mayUseDisk, fn: () => inFolder(test) });

const foldersIn = (folder: string) => (
  { runs: `${folder}/runs`, evidence: `${folder}/evidence`, out: `${folder}/site` }
);
const NOTHING: ReadonlySet<string> = new Set();
const live = (navigation: Navigation) => Promise.resolve(pageHtml("Live", navigation, "alive"));
const parts: Parts = { live, api: () => Promise.resolve(1) };

async function writeEvidence(folder: string): Promise<void> {
  await Deno.mkdir(folder);
  await Deno.writeTextFile(`${folder}/evidence.json`, JSON.stringify(evidence));
  // The gate's page is not copied, whatever it is.
  await Deno.writeTextFile(`${folder}/index.html`, "<script>alert(1)</script>");
}

diskTest("a report reads its folders and writes the site, and says what it left out", async (folder) => {
  const folders = foldersIn(folder);
  await writeRun(`${folders.runs}/whole`, run);
  await writeRun(`${folders.runs}/cut`, run, { status: "interrupted" });
  await Deno.mkdir(`${folders.runs}/empty`);
  await writeEvidence(folders.evidence);
  const { files, leftOut } = await report(folders, NOTHING, parts);
  assertEquals(leftOut, [
    "cut: a run in the report must have ended, but it is interrupted",
    "empty: must hold manifest.json, but does not",
  ]);
  for (const file of files) assert((await Deno.stat(file)).isFile);
  assertEquals(files[0], `${folders.out}/index.html`);
  assertStringIncludes(await Deno.readTextFile(`${folders.out}/metric.html`), "run-whole");
  const laws = await Deno.readTextFile(`${folders.out}/laws.html`);
  assertStringIncludes(laws, '<article id="G1">');
  assert(!laws.includes("<script"));
  const before = await Deno.readTextFile(`${folders.out}/index.html`);
  await report(folders, NOTHING, parts);
  assertEquals(await Deno.readTextFile(`${folders.out}/index.html`), before);
});

const NO_RUNS = `there is no such folder; ${taskCommand("mnist")} makes a run in runs/`;
const NO_EVIDENCE = "/evidence: must hold evidence.json, but does not";

diskTest(
  "a report without runs, or without evidence, says so; one without either is refused",
  async (folder) => {
    const folders = foldersIn(folder);
    await assertRejects(
      () => report(folders, NOTHING, parts),
      DataError,
      `${folders.runs}: a report needs a run or the gate's evidence, but there is neither: a run is made by ` +
        `${taskCommand("mnist")}, evidence by ${
          taskCommand("gate")
        } (${folders.runs}: ${NO_RUNS}; ${folder}${NO_EVIDENCE})`,
    );
    await writeEvidence(folders.evidence);
    assertEquals((await report(folders, NOTHING, parts)).leftOut, [`${folders.runs}: ${NO_RUNS}`]);
    await Deno.remove(folders.evidence, { recursive: true });
    await writeRun(`${folders.runs}/whole`, run);
    assertEquals((await report(folders, NOTHING, parts)).leftOut, [`${folder}${NO_EVIDENCE}`]);
    assertStringIncludes(await Deno.readTextFile(`${folders.out}/index.html`), NO_EVIDENCE);
  },
);

diskTest("a folder that was asked for must be there", async (folder) => {
  const folders = foldersIn(folder);
  const refused = (name: string, why: string) =>
    assertRejects(() => report(folders, new Set([name]), parts), DataError, why);
  await writeEvidence(folders.evidence);
  await refused("runs", `${folders.runs}: ${NO_RUNS}`);
  await writeRun(`${folders.runs}/whole`, run);
  await Deno.remove(folders.evidence, { recursive: true });
  await refused("evidence", `${folder}${NO_EVIDENCE}`);
});

diskTest("a run that is only damaged leaves the old site in place", async (folder) => {
  const folders = foldersIn(folder);
  await writeRun(`${folders.runs}/one`, run);
  await report(folders, NOTHING, parts);
  await Deno.writeTextFile(`${folders.runs}/one/manifest.json`, "{");
  await assertRejects(() => report(folders, NOTHING, parts), DataError, "but there is neither");
  assertStringIncludes(await Deno.readTextFile(`${folders.out}/metric.html`), "run-one");
});

diskTest("what deno cannot build is left out, and what it can is linked from every page", async (folder) => {
  const folders = foldersIn(folder);
  await writeRun(`${folders.runs}/one`, run);
  const HREFS = { live: 'href="live.html"', api: 'href="api/index.html"' };
  for (const name of ["live", "api"] as const) {
    const fail = () => Promise.reject(new DataError(name, "cannot be built: no deno"));
    const { leftOut, files } = await report(folders, NOTHING, { ...parts, [name]: fail });
    assert(leftOut.includes(`${name}: cannot be built: no deno`));
    for (const file of files) assert(!(await Deno.readTextFile(file)).includes(HREFS[name]), file);
  }
  const { files } = await report(folders, NOTHING, parts);
  assertEquals(files.filter((file) => file.endsWith("live.html")).length, 1);
  for (const file of files.filter((file) => file.endsWith(".html"))) {
    for (const href of Object.values(HREFS)) assertStringIncludes(await Deno.readTextFile(file), href);
  }
});

const unable = obstacle !== "" ? obstacle : denoCommand === undefined ||
    Deno.permissions.querySync({ name: "run", command: "sh" }).state !== "granted"
  ? " (ignored: needs --allow-run=deno,sh)"
  : "";
const processTest = (sentence: string, test: (folder: string) => Promise<void>): void =>
  Deno.test({ name: sentence + unable, ignore: unable !== "", fn: () => inFolder(test) });

/**
 * The task's own command, with a folder that it may write beside its own.
 *
 * @param first a folder before the others on PATH, for what the task starts; not for the task itself
 */
function reporting(folder: string, args: readonly string[], first = "/nowhere"): Deno.Command {
  const words = deno.tasks.report.command.split(" ").slice(1)
    .map((word) =>
      word.startsWith("--allow-write=") ? `${word},${grantedPath(`${folder}/site`, ROOT)}` : word
    );
  const start = 'deno=$(command -v deno); PATH="$0:$PATH" exec "$deno" "$@"';
  return childCommand("sh", { args: ["-c", start, first, ...words, ...args], cwd: ROOT });
}

async function task(folder: string, ...args: string[]) {
  const { code, stdout, stderr } = await reporting(folder, args).output();
  const lines = (bytes: Uint8Array): string[] => new TextDecoder().decode(bytes).split("\n").filter(Boolean);
  return { code, out: lines(stdout), err: lines(stderr) };
}

processTest("the task makes a site, the live page too, and names what is not in it", async (folder) => {
  const { runs, evidence, out } = foldersIn(folder);
  await writeEvidence(evidence);
  await Deno.mkdir(`${runs}/empty`, { recursive: true });
  const made = await task(folder, "--runs", runs, "--evidence", evidence, "--out", out);
  assertEquals([made.code, made.err], [0, [
    "report: left out: empty: must hold manifest.json, but does not",
  ]]);
  assertEquals(made.out[0], `${out}/index.html`);
  assert(made.out.includes(`${out}/live.html`));
});

processTest("what cannot be done gives one line, and help nothing else", async (folder) => {
  const nowhere = await task(folder, "--runs", `${folder}/nowhere`, "--out", `${folder}/site`);
  assertEquals([nowhere.code, nowhere.out, nowhere.err], [1, [], [
    `report: ${folder}/nowhere: ${NO_RUNS}`,
  ]]);
  const wrong = await task(folder, "--rnus", "a");
  assertEquals([wrong.code, wrong.err.length], [2, 1]);
  const elsewhere = await task(folder, "--out", `${folder}/other`);
  assertEquals([elsewhere.code, elsewhere.err.length], [2, 1]);
  assertStringIncludes(elsewhere.err[0]!, "--out");
  const help = await task(folder, "--out", `${folder}/other`, "--help");
  assertEquals([help.code, help.err], [0, []]);
  assertEquals([...Deno.readDirSync(folder)], []);
});

processTest("a report that is ended leaves no bundler behind, and no site", async (folder) => {
  const { evidence, out } = foldersIn(folder);
  await writeEvidence(evidence);
  // In place of deno on PATH: it says who it is, and takes longer than anybody waits.
  await Deno.mkdir(`${folder}/bin`);
  await Deno.writeTextFile(`${folder}/bin/deno`, '#!/bin/sh\necho $$ > "$0.pid"\nexec sleep 60\n');
  await Deno.chmod(`${folder}/bin/deno`, 0o755);
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    const process = reporting(folder, ["--evidence", evidence, "--out", out], `${folder}/bin`).spawn();
    const pid = await seen(`${folder}/bin/deno.pid`);
    process.kill(signal);
    assertEquals([signal, (await process.status).code], [signal, 130]);
    // Alive or not: a process that was told to end takes a moment.
    const call = `for i in 1 2 3 4 5 6 7 8 9; do kill -0 ${pid} 2>&- || exit 0; sleep 0.1; done; exit 1`;
    assertEquals((await childCommand("sh", { args: ["-c", call] }).output()).code, 0, signal);
    assertEquals([...Deno.readDirSync(folder)].some(({ name }) => name === "site"), false);
    await Deno.remove(`${folder}/bin/deno.pid`);
  }
});

/** What a file holds once it is there. */
async function seen(file: string): Promise<string> {
  while (true) {
    const text = await Deno.readTextFile(file).catch(() => "");
    if (text.endsWith("\n")) return text.trim();
    await new Promise((next) => setTimeout(next, 20));
  }
}
