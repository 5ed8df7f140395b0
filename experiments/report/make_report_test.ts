import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { DataError } from "../../lib/data/mod.ts";
import { drawing, evidenceHtml, evidenceJson, png, studyFindings, studyManifest } from "./made_up.ts";
import { report } from "./make_report.ts";

const diskTest = (sentence: string, test: (folder: string) => Promise<void>): void =>
  Deno.test({
    name: sentence + (mayUseDisk ? "" : " (ignored: needs --allow-read=. --allow-write=.test)"),
    ignore: !mayUseDisk,
    fn: () => inFolder(test),
  });

const foldersIn = (folder: string) => (
  { runs: `${folder}/runs`, evidence: `${folder}/evidence`, out: `${folder}/site` }
);
const livePage = (navigation: string) => Promise.resolve(`<body>${navigation}</body>`);

/** Writes the folder of a run of a study. */
async function writeRun(folder: string, study: string, more = {}): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/manifest.json`, JSON.stringify(studyManifest(study, more)));
  await Deno.writeTextFile(`${folder}/findings.json`, JSON.stringify(studyFindings(study)));
  await Deno.writeTextFile(`${folder}/results.json`, JSON.stringify({ format: `grae ${study} results 1` }));
  await Deno.writeTextFile(`${folder}/line.svg`, drawing());
  await Deno.writeFile(`${folder}/grid.png`, png());
}

async function writeEvidence(folder: string): Promise<void> {
  await Deno.mkdir(folder);
  await Deno.writeTextFile(`${folder}/evidence.json`, JSON.stringify(evidenceJson()));
  await Deno.writeTextFile(`${folder}/index.html`, evidenceHtml);
}

diskTest("a report reads its folders and writes the site, and says what it left out", async (folder) => {
  const folders = foldersIn(folder);
  await writeRun(`${folders.runs}/whole`, "metric");
  await writeRun(`${folders.runs}/cut`, "metric", { status: "interrupted" });
  await Deno.mkdir(`${folders.runs}/empty`);
  await Deno.writeTextFile(`${folders.runs}/notes.txt`, "no folder, no run");
  await writeEvidence(folders.evidence);
  const { files, notes } = await report(folders, livePage);
  assertEquals(notes, [
    "left out: cut/manifest.json: a run in the report must be complete, but it is interrupted",
    "left out: empty: must hold manifest.json, but does not",
  ]);
  for (const file of files) assert((await Deno.stat(file)).isFile);
  assertEquals(files[0], `${folders.out}/index.html`);
  assertStringIncludes(await Deno.readTextFile(`${folders.out}/metric.html`), "run-whole");
  assertStringIncludes(await Deno.readTextFile(`${folders.out}/laws.html`), '<article id="G1">');
  const before = await Deno.readTextFile(`${folders.out}/index.html`);
  await report(folders, livePage);
  assertEquals(await Deno.readTextFile(`${folders.out}/index.html`), before);
});

diskTest(
  "a report without runs, or without evidence, says so; one without either is refused",
  async (folder) => {
    const folders = foldersIn(folder);
    await assertRejects(
      () => report(folders, livePage),
      DataError,
      `${folders.runs}: a report needs a run or the gate's evidence, but there is neither; deno task mnist makes a run, ` +
        "deno task gate evidence",
    );
    await writeEvidence(folders.evidence);
    assertEquals((await report(folders, livePage)).notes, [
      `${folders.runs}: there is no such folder, and no run is shown`,
    ]);
    await Deno.remove(folders.evidence, { recursive: true });
    await writeRun(`${folders.runs}/whole`, "metric");
    assertEquals((await report(folders, livePage)).notes, [
      `${folders.evidence}: there is no such folder, and no law is shown`,
    ]);
  },
);

diskTest("a run that is only damaged leaves the old site in place", async (folder) => {
  const folders = foldersIn(folder);
  await writeRun(`${folders.runs}/one`, "metric");
  await report(folders, livePage);
  await Deno.writeTextFile(`${folders.runs}/one/manifest.json`, "{");
  await assertRejects(() => report(folders, livePage), DataError, "but there is neither");
  assertStringIncludes(await Deno.readTextFile(`${folders.out}/metric.html`), "run-one");
});

diskTest("damaged evidence is left out like a damaged run", async (folder) => {
  const folders = foldersIn(folder);
  await writeRun(`${folders.runs}/one`, "metric");
  await Deno.mkdir(folders.evidence);
  const why = "evidence: must hold evidence.json, but does not";
  assertEquals((await report(folders, livePage)).notes, [`left out: ${why}`]);
  assertStringIncludes(await Deno.readTextFile(`${folders.out}/index.html`), why);
});

diskTest("a live page that cannot be built is left out, and one that can is linked", async (folder) => {
  const folders = foldersIn(folder);
  await writeRun(`${folders.runs}/one`, "metric");
  await writeEvidence(folders.evidence);
  const { notes } = await report(
    folders,
    () => Promise.reject(new DataError("live.html", "cannot be built: no bundler")),
  );
  assertEquals(notes, ["left out: live.html: cannot be built: no bundler"]);
  assert(!(await Deno.readTextFile(`${folders.out}/metric.html`)).includes("live.html"));
  await report(folders, livePage);
  assertStringIncludes(await Deno.readTextFile(`${folders.out}/live.html`), 'aria-current="page">Live');
  assertStringIncludes(await Deno.readTextFile(`${folders.out}/metric.html`), 'href="live.html"');
});

diskTest("a file where the folder of runs should be gives one line", async (folder) => {
  const folders = foldersIn(folder);
  await Deno.writeTextFile(folders.runs, "a file");
  await assertRejects(
    () => report(folders, livePage),
    DataError,
    "must be a folder of runs, but it is a file",
  );
});
