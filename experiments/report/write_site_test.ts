import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { DataError } from "../../lib/data/mod.ts";
import { lock } from "../command/lock.ts";
import { foldersOf, writeSite } from "./write_site.ts";

const name = (sentence: string): string =>
  sentence + (mayUseDisk ? "" : " (ignored: needs --allow-read=. --allow-write=.test)");
const diskTest = (sentence: string, test: (folder: string) => Promise<void>): void =>
  Deno.test({ name: name(sentence), ignore: !mayUseDisk, fn: () => inFolder(test) });

const site = (text: string, pages = ["index.html"]): Map<string, string> =>
  new Map([
    ...pages.map((page): [string, string] => [page, text]),
    ["site.json", JSON.stringify({ format: "grae site 1", pages })],
  ]);

/** The names in a folder, in order. */
async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).toSorted();
}

Deno.test("while a site is replaced, two folders and a lock beside it are in use", () => {
  assertEquals(foldersOf("a/site"), ["a/site", "a/site.unfinished", "a/site.previous", "a/site.lock"]);
});

diskTest("a site replaces the one before it as a whole, and leaves nothing beside it", async (folder) => {
  const out = `${folder}/deep/site`;
  await writeSite(out, site("old", ["index.html", "gone.html"]));
  assertEquals(await names(out), ["gone.html", "index.html", "site.json"]);
  await writeSite(out, site("new"));
  assertEquals(await names(out), ["index.html", "site.json"]);
  assertEquals(await Deno.readTextFile(`${out}/index.html`), "new");
  assertEquals(await names(`${folder}/deep`), ["site"]);
});

diskTest(
  "an empty folder is used, and what a killed report left beside it is cleared away",
  async (folder) => {
    const out = `${folder}/site`;
    await Deno.mkdir(out);
    await Deno.mkdir(`${out}.unfinished`);
    await Deno.writeTextFile(`${out}.unfinished/index.html`, "half");
    await writeSite(`${out}.previous`, site("older"));
    await writeSite(out, site("new"));
    assertEquals(await names(folder), ["site"]);
  },
);

diskTest(
  "a report that was killed between two names has its old site put back before anything else is done",
  async (folder) => {
    const out = `${folder}/site`;
    await writeSite(`${out}.previous`, site("old"));
    const files = new Map([...site("new"), ["no/such/folder.html", "x"]]);
    await assertRejects(() => writeSite(out, files), DataError, `${out}: the site cannot be written: `);
    assertEquals(await names(folder), ["site"]);
    assertEquals(await Deno.readTextFile(`${out}/index.html`), "old");
  },
);

diskTest("what is no site is not put back, and left as it is", async (folder) => {
  const out = `${folder}/site`;
  await Deno.mkdir(`${out}.previous`);
  await Deno.writeTextFile(`${out}.previous/notes.txt`, "mine");
  await assertRejects(() => writeSite(out, site("new")), DataError, "but it holds notes.txt");
  assertEquals(await names(folder), ["site.previous"]);
  assertEquals(await Deno.readTextFile(`${out}.previous/notes.txt`), "mine");
  // Half of one, as its removal may leave it, is none.
  await Deno.rename(`${out}.previous/notes.txt`, `${out}.previous/index.html`);
  const files = new Map([...site("new"), ["no/such/folder.html", "x"]]);
  await assertRejects(() => writeSite(out, files), DataError, "the site cannot be written");
  assertEquals(await names(folder), []);
});

diskTest("a folder that holds anything but a site is refused and left as it is", async (folder) => {
  const out = `${folder}/site`;
  const refused = (why: string): Promise<unknown> =>
    assertRejects(() => writeSite(out, site("new")), DataError, why);
  await Deno.mkdir(out);
  await Deno.writeTextFile(`${out}/index.html`, "mine");
  await refused(
    "the output folder must be new, empty or hold a site, but it holds index.html; choose another --out",
  );
  await Deno.writeTextFile(`${out}/site.json`, '{"format": "mine"}');
  await refused("must be new, empty or hold a site");
  assertEquals(await Deno.readTextFile(`${out}/index.html`), "mine");
  await Deno.remove(out, { recursive: true });
  await writeSite(out, site("old"));
  await Deno.writeTextFile(`${out}/notes.txt`, "mine");
  await refused("but it holds notes.txt");
  await Deno.remove(out, { recursive: true });
  await Deno.mkdir(`${out}.previous`);
  await Deno.writeTextFile(`${out}.previous/notes.txt`, "mine");
  await refused(`${out}.previous: must be what a report left, to be cleared away, but it holds notes.txt`);
  assertEquals(await names(folder), ["site.previous"]);
});

diskTest("a file in the site's place, or in its path, gives one line", async (folder) => {
  await Deno.writeTextFile(`${folder}/site`, "a file");
  await assertRejects(
    () => writeSite(`${folder}/site`, site("new")),
    DataError,
    "the output folder must be a folder, but it is a file",
  );
  await assertRejects(
    () => writeSite(`${folder}/site/deep`, site("new")),
    DataError,
    "the site cannot be written: ",
  );
  assertEquals(await names(folder), ["site"]);
});

diskTest(
  "a report that fails while it writes leaves the old site as it was, and nothing beside it",
  async (folder) => {
    const out = `${folder}/site`;
    await writeSite(out, site("old"));
    const files = new Map([...site("new"), ["no/such/folder.html", "x"]]);
    await assertRejects(() => writeSite(out, files), DataError, `${out}: the site cannot be written: `);
    assertEquals(await Deno.readTextFile(`${out}/index.html`), "old");
    assertEquals(await names(folder), ["site"]);
  },
);

diskTest(
  "a report into a folder that another one writes is refused, and the site is left as it was",
  async (folder) => {
    const out = `${folder}/site`;
    await writeSite(out, site("old"));
    {
      await using _lock = await lock(`${out}.lock`, out);
      const { message } = await assertRejects(() => writeSite(out, site("new")), DataError);
      assertStringIncludes(message, `${out}: is being written by process ${Deno.pid} since `);
    }
    assertEquals(await Deno.readTextFile(`${out}/index.html`), "old");
    assertEquals(await names(folder), ["site"]);
  },
);

diskTest("of many reports into one folder at once, all leave a whole site of one of them", async (folder) => {
  const out = `${folder}/site`;
  const pages = Array.from({ length: 30 }, (_, i) => `page${i}.html`);
  for (let round = 0; round < 5; round++) {
    const ended = await Promise.allSettled(["a", "b", "c"].map((text) => writeSite(out, site(text, pages))));
    assert(ended.some(({ status }) => status === "fulfilled"));
    for (const one of ended) {
      if (one.status === "rejected") {
        assertStringIncludes(one.reason.message, ": is being written by process ");
      }
    }
    assertEquals(await names(out), [...pages, "site.json"].toSorted());
    const texts = await Promise.all(pages.map((page) => Deno.readTextFile(`${out}/${page}`)));
    assertEquals(new Set(texts).size, 1);
    assertEquals(await names(folder), ["site"]);
  }
});
