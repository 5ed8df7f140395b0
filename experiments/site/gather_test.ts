import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { denoCommand, inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { DataError } from "../../lib/data/error.ts";
import { sealed } from "../../lib/training/checksum.ts";
import { childCommand } from "../../tools/process.ts";
import { gatherRuns, type SiteRun } from "./gather.ts";
import { manifest, PNG, run, SVG, writeRun } from "../../fixtures/runs/made_up.ts";

const diskTest = (sentence: string, test: (runs: string) => Promise<void>): void =>
  Deno.test({
    name: sentence + (mayUseDisk ? "" : " (ignored: needs --allow-read=. --allow-write=.test)"),
    ignore: !mayUseDisk,
    fn: () => inFolder(test),
  });

/** The one run in a folder, of which nothing is left out. */
async function only(runs: string): Promise<SiteRun> {
  const gathered = await gatherRuns(runs);
  assertEquals([gathered.runs.length, gathered.leftOut], [1, []]);
  return gathered.runs[0]!;
}

/** Why the one folder is left out; an empty text if it is not. */
async function whyNot(runs: string): Promise<string> {
  const gathered = await gatherRuns(runs);
  assertEquals(gathered.runs.length + gathered.leftOut.length, 1);
  return gathered.leftOut[0] ?? "";
}

diskTest("a complete run comes with what its files say, its tables with all digits", async (runs) => {
  await writeRun(`${runs}/a`, run);
  const found = await only(runs);
  assertMatch(found.manifest.results!, /^[0-9a-f]{64}$/);
  assertEquals([found.folder, { ...found.manifest, results: null }], ["a", manifest]);
  assertEquals([found.page.title, found.page.answer], [run.page.title, run.page.answer]);
  assertEquals([found.content("ratio.svg"), found.content("maps.png")], [SVG, PNG]);
  assertEquals(found.tables, run.tables);
});

diskTest("a run that is not complete is left out, and why is said", async (runs) => {
  for (const status of ["running", "interrupted"]) {
    await writeRun(`${runs}/a`, run, { status });
    assertEquals(await whyNot(runs), `a: a run in the report must have ended, but it is ${status}`);
    await Deno.remove(`${runs}/a`, { recursive: true });
  }
  await writeRun(`${runs}/a`, run, { status: "failed", results: null });
  assertEquals(await whyNot(runs), "a: a run in the report must have results, but it failed without");
});

diskTest("a run of which parts failed comes with the results of the others", async (runs) => {
  const failed = [{ name: "n3", reason: "the loss is not finite" }];
  await writeRun(`${runs}/a`, { ...run, page: { ...run.page, failed } }, { status: "failed" });
  const found = await only(runs);
  assertEquals([found.manifest.status, found.page.failed], ["failed", failed]);
});

diskTest("a folder without a manifest, or of something else, is left out", async (runs) => {
  await Deno.mkdir(`${runs}/a`);
  assertEquals(await whyNot(runs), "a: must hold manifest.json, but does not");
  for (
    const [text, why] of [
      ["{", "must be JSON, but is not"],
      ["[]", "its format is missing"],
      ['{"format": "grae metric run 1"}', 'its format must be "grae run 2", but it is "grae metric run 1"'],
    ] as const
  ) {
    await Deno.writeTextFile(`${runs}/a/manifest.json`, text);
    assertEquals(await whyNot(runs), `a/manifest.json: ${why}`);
  }
});

diskTest("a manifest that means nothing, or a study that could be no page, is refused", async (runs) => {
  const changes: [Record<string, unknown>, string][] = [
    [{ seconds: "long" }, "its seconds must be a finite number"],
    [{ started: "yesterday" }, "its started must be a time"],
    [{ options: undefined }, "its options is missing"],
    [{ study: "../etc" }, 'its study must be the name of a page, but it is "../etc"'],
    [{ study: "index" }, 'its study must be the name of a page, but it is "index"'],
    [{ study: "samples" }, "must be of samples, as its manifest is, but is of metric"],
  ];
  for (const [change, why] of changes) {
    await writeRun(`${runs}/a`, run, change);
    assertStringIncludes(await whyNot(runs), why);
    await Deno.remove(`${runs}/a`, { recursive: true });
  }
});

diskTest("a run with a file missing, damaged or exchanged is left out", async (runs) => {
  await writeRun(`${runs}/a`, run);
  for (const file of ["manifest.json", "results.json", "ratio.svg", "maps.png", "ratios.csv"]) {
    const path = `${runs}/a/${file}`, bytes = await Deno.readFile(path);
    await Deno.remove(path);
    assertEquals(await whyNot(runs), `a: must hold ${file}, but does not`);
    const flipped = bytes.slice();
    // A digit, in JSON: of a time or a number.
    const at = flipped.findLastIndex((byte) => byte >= 0x30 && byte <= 0x39);
    flipped[at < 0 ? 3 : at]! ^= 1;
    await Deno.writeFile(path, flipped);
    assertMatch(
      await whyNot(runs),
      new RegExp(`^a/${file}: its SHA-256 must be [0-9a-f]{64}, as `),
    );
    await Deno.writeFile(path, bytes);
  }
  assertEquals(await whyNot(runs), "");
});

/** Changes a run's results, with a checksum that is right. */
async function reseal(runs: string, change: (json: string) => string): Promise<void> {
  const path = `${runs}/a/results.json`;
  const text = change(await Deno.readTextFile(path)).replace(
    /"sha256": ?"\w+"/,
    `"sha256":"${"0".repeat(64)}"`,
  );
  await Deno.writeFile(path, await sealed(new TextEncoder().encode(text)));
}

diskTest("a figure's file must lie in the run's folder", async (runs) => {
  await writeRun(`${runs}/a`, run);
  for (const file of ["../b/ratio.svg", "/etc/ratio.svg", "..\\\\ratio.svg", ".svg", "ratio.html", ""]) {
    await reseal(runs, (text) => text.replace('"ratio.svg"', `"${file}"`));
    assertStringIncludes(await whyNot(runs), "a/results.json: its page.figures.0.file must be");
    await Deno.remove(`${runs}/a`, { recursive: true });
    await writeRun(`${runs}/a`, run);
  }
});

diskTest(
  "a drawing must run and load nothing, and a picture be a PNG, whatever their checksums",
  async (runs) => {
    const active = SVG.replace("<path", '<path onclick="alert(1)"');
    await writeRun(`${runs}/a`, { ...run, content: (file) => file === "ratio.svg" ? active : PNG });
    assertEquals(
      await whyNot(runs),
      'a/ratio.svg: a drawing must be one <svg> of shapes and text, but it contains the attribute "onclick"',
    );
    await Deno.remove(`${runs}/a`, { recursive: true });
    await writeRun(`${runs}/a`, {
      ...run,
      content: (file) => file === "ratio.svg" ? SVG : Uint8Array.of(71, 73, 70),
    });
    assertStringIncludes(await whyNot(runs), "a/maps.png: a picture must be a PNG file");
  },
);

diskTest("results that are whole, but of another run than the manifest, are left out", async (runs) => {
  await writeRun(`${runs}/a`, run);
  const other = await Deno.makeTempDir({ dir: `${runs}/..` });
  await writeRun(`${other}/a`, { ...run, page: { ...run.page, answer: "Another answer." } });
  for (const file of ["manifest.json", "results.json"]) {
    const whole = await Deno.readFile(`${runs}/a/${file}`);
    await Deno.copyFile(`${other}/a/${file}`, `${runs}/a/${file}`);
    assertMatch(
      await whyNot(runs),
      /^a\/results\.json: its sha256 must be [0-9a-f]{64}, as manifest\.json has it, but is [0-9a-f]{64}$/,
    );
    await Deno.writeFile(`${runs}/a/${file}`, whole);
  }
  assertEquals(await whyNot(runs), "");
  await Deno.remove(other, { recursive: true });
});

diskTest("a table must have rows as long as its head", async (runs) => {
  const table = run.tables[0]!, whole = ["a", 1, "x"], short = ["b", 2];
  for (const [i, rows] of [[short, whole], [whole, short]].entries()) {
    await writeRun(`${runs}/a`, { ...run, tables: [{ ...table, rows }] });
    assertEquals(
      await whyNot(runs),
      `a/ratios.csv: must have 3 cells in each row, but has 2 in row ${i + 1}`,
    );
    await Deno.remove(`${runs}/a`, { recursive: true });
  }
});

diskTest("a file larger than it may be is not read", async (runs) => {
  await writeRun(`${runs}/a`, run);
  for (const file of ["maps.png", "results.json", "manifest.json"]) {
    // Sparse: it takes no room on the disk.
    await Deno.truncate(`${runs}/a/${file}`, 6e9);
    assertMatch(
      await whyNot(runs),
      new RegExp(`^a/${file}: must have at most \\d+ bytes, but has 6000000000$`),
    );
  }
});

diskTest("nothing is read through links", async (runs) => {
  if (denoCommand === undefined) return;
  await writeRun(`${runs}/a`, run);
  await Deno.rename(`${runs}/a/maps.png`, `${runs}/a/other.png`);
  // Only a process that may do everything may make a link.
  const link = async (from: string, to: string): Promise<void> => {
    const call = `Deno.symlinkSync(${JSON.stringify(to)}, ${JSON.stringify(from)})`;
    await childCommand(denoCommand!, { args: ["eval", call] }).output();
  };
  await link(`${runs}/a/maps.png`, "other.png");
  assertEquals(await whyNot(runs), "a: its maps.png must be a file, but is a link");
  await Deno.remove(`${runs}/a/maps.png`);
  await Deno.rename(`${runs}/a/other.png`, `${runs}/a/maps.png`);
  await link(`${runs}/b`, "a");
  const gathered = await gatherRuns(runs);
  assertEquals(gathered.runs.map(({ folder }) => folder), ["a"]);
  assertEquals(gathered.leftOut, ["b: must be the folder of a run, but is a link or no folder"]);
});

diskTest("runs stand with quick ones last, then those with failed parts, then newest first", async (runs) => {
  const on = (folder: string, day: number, quick: boolean, one = run, status = "complete") =>
    writeRun(`${runs}/${folder}`, one, {
      started: `2026-03-0${day}T10:00:00.000Z`,
      options: { quick },
      status,
    });
  for (
    const [folder, day, quick] of [["a", 1, false], ["b", 3, true], ["c", 2, false], ["d", 2, false]] as const
  ) {
    await on(folder, day, quick);
  }
  await on("e", 4, true);
  const failed = [{ name: "n3", reason: "the loss is not finite" }];
  await on("f", 9, false, { ...run, page: { ...run.page, failed } }, "failed");
  await Deno.writeTextFile(`${runs}/notes.txt`, "no folder, no run");
  const others = ["Z", "g", "i", "j", "k", "l", "é"];
  for (const name of others.toReversed()) await Deno.mkdir(`${runs}/${name}`);
  const found = await gatherRuns(runs);
  assertEquals(found.runs.map(({ folder }) => folder).join(""), "cdafeb");
  assertEquals(found.leftOut, others.map((name) => `${name}: must hold manifest.json, but does not`));
});

diskTest("a folder that is not there, or a file in its place, is refused", async (runs) => {
  await assertRejects(() => gatherRuns(`${runs}/none`), DataError, "there is no such folder");
  await Deno.writeTextFile(`${runs}/file`, "");
  await assertRejects(() => gatherRuns(`${runs}/file`), DataError, "must be a folder of runs, but is a file");
});
