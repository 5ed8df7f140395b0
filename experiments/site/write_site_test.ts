import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { denoCommand, inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { DataError } from "../../lib/data/error.ts";
import { lock } from "../../lib/data/lock.ts";
import { childCommand } from "../../tools/process.ts";
import { FORMAT } from "./site.tsx";
import { pagesIn, writeSite } from "./write_site.ts";

const diskTest = (sentence: string, test: (folder: string) => Promise<void>): void =>
  Deno.test({
    name: sentence + (mayUseDisk ? "" : " (ignored: needs --allow-read=. --allow-write=.test)"),
    ignore: !mayUseDisk,
    fn: () => inFolder(test),
  });

const site = (text: string, pages = ["index.html"]): Map<string, string> =>
  new Map([
    ...pages.map((page): [string, string] => [page, text]),
    ["site.json", JSON.stringify({ format: FORMAT, pages })],
  ]);

/** The names in a folder, in order. */
const names = async (folder: string): Promise<string[]> =>
  (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).toSorted();

diskTest("a site replaces the one before it as a whole, and leaves nothing beside it", async (folder) => {
  const out = `${folder}/deep/site`;
  await writeSite(out, site("old", ["index.html", "gone.html"]));
  assertEquals(await names(out), ["gone.html", "index.html", "site.json"]);
  await writeSite(out, site("new"));
  assertEquals(await names(out), ["index.html", "site.json"]);
  assertEquals(await Deno.readTextFile(`${out}/index.html`), "new");
  assertEquals(await names(`${folder}/deep`), ["site"]);
});

/** Does something until a call of a function of the disk, which never comes to be, as if the process were killed there. */
async function killedAt(
  name: "rename" | "remove" | "open",
  call: number,
  todo: () => Promise<void>,
): Promise<boolean> {
  const real = Deno[name] as (...args: unknown[]) => Promise<unknown>;
  let calls = 0;
  Object.assign(Deno, {
    [name]: (...args: unknown[]) => ++calls > call ? Promise.reject(new Error("killed")) : real(...args),
  });
  try {
    await todo();
    return false;
  } catch (error) {
    assertEquals((error as Error).message, "killed");
    return true;
  } finally {
    Object.assign(Deno, { [name]: real });
  }
}

for (const how of ["rename", "remove", "open"] as const) {
  diskTest(
    `a report that ends at any ${how} leaves whole pages, and the next report a whole site`,
    async (folder) => {
      const old = site("old", ["index.html", "gone.html"]), fresh = site("new", ["index.html", "more.html"]);
      let ended = true;
      for (let call = 0; ended; call++) {
        const out = `${folder}/${call}`;
        await writeSite(out, old);
        ended = await killedAt(how, call, () => writeSite(out, fresh));
        const there = (await names(out)).filter((name) => name.endsWith(".html"));
        assert(there.includes("index.html"));
        for (const name of there) assert(["old", "new"].includes(await Deno.readTextFile(`${out}/${name}`)));
        assert(await pagesIn(out) !== null);
        await writeSite(out, site("newest", ["index.html"]));
        assertEquals(await names(out), ["index.html", "site.json"]);
        assertEquals(await Deno.readTextFile(`${out}/index.html`), "newest");
      }
    },
  );
}

diskTest(
  "what a killed report had half written is cleared away, and what was whole is put in place",
  async (folder) => {
    const out = `${folder}/site`;
    await Deno.mkdir(`${out}/.new`, { recursive: true });
    await Deno.writeTextFile(`${out}/.new/begun.json`, site("").get("site.json")!);
    await Deno.writeTextFile(`${out}/.new/index.html`, "half");
    await writeSite(out, site("new"));
    assertEquals(await names(out), ["index.html", "site.json"]);
    await writeSite(`${out}/.new`, site("whole", ["index.html", "more.html"]));
    const bad = new Map([...site("newest"), ["no/such/folder.html", "x"]]);
    await assertRejects(() => writeSite(out, bad), DataError, `${out}: the site cannot be written: `);
    assertEquals(await names(out), ["index.html", "more.html", "site.json"]);
    assertEquals(await Deno.readTextFile(`${out}/index.html`), "whole");
  },
);

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
  assertEquals(await names(out), ["index.html", "site.json"]);
  assertEquals(await Deno.readTextFile(`${out}/index.html`), "mine");
  // A manifest of a site does not make a file outside of it ours.
  for (const page of ["../mine.html", ".hidden", "notes.txt"]) {
    await Deno.writeTextFile(
      `${out}/site.json`,
      JSON.stringify({ format: FORMAT, pages: [page, "index.html"] }),
    );
    await refused("must be new, empty or hold a site");
  }
  await Deno.remove(out, { recursive: true });
  await writeSite(out, site("old"));
  await Deno.writeTextFile(`${out}/notes.txt`, "mine");
  await refused("but it holds notes.txt");
  await Deno.remove(`${out}/notes.txt`);
  await Deno.remove(`${out}/index.html`);
  await Deno.mkdir(`${out}/index.html`);
  await refused("but it holds index.html");
});

diskTest("a folder .new that no report wrote is refused and left as it is", async (folder) => {
  const out = `${folder}/site`;
  await writeSite(out, site("old"));
  await Deno.mkdir(`${out}/.new/mine`, { recursive: true });
  for (const begun of [false, true]) {
    if (begun) await Deno.writeTextFile(`${out}/.new/begun.json`, site("").get("site.json")!);
    await Deno.writeTextFile(`${out}/.new/mine/letter.txt`, "dear");
    await assertRejects(
      () => writeSite(out, site("new")),
      DataError,
      "but it holds .new/mine; choose another",
    );
    assertEquals(await Deno.readTextFile(`${out}/.new/mine/letter.txt`), "dear");
  }
  assertEquals(await Deno.readTextFile(`${out}/index.html`), "old");
});

diskTest(
  "a folder api is ours by its index alone, and what else has the name of ours is refused",
  async (folder) => {
    const out = `${folder}/site`, api = `${out}/api`;
    await writeSite(out, site("old"));
    const refused = (name: string): Promise<unknown> =>
      assertRejects(() => writeSite(out, site("new")), DataError, `but it holds ${name}; choose another`);
    for (const name of ["api", ".new"]) {
      await Deno.writeTextFile(`${out}/${name}`, "mine");
      await refused(name);
      await Deno.remove(`${out}/${name}`);
    }
    await Deno.mkdir(api);
    await refused("api");
    await Deno.mkdir(`${api}/search_index.js`);
    await refused("api");
    await Deno.remove(`${api}/search_index.js`);
    await Deno.writeTextFile(`${api}/search_index.js`, "ours");
    await writeSite(out, site("new"));
    assertEquals(await names(out), ["api", "index.html", "site.json"]);
    if (denoCommand === undefined) return;
    await Deno.rename(api, `${folder}/elsewhere`);
    // Only a process that may do everything may make a link.
    const link = `Deno.symlinkSync("../elsewhere", ${JSON.stringify(api)})`;
    await childCommand(denoCommand, { args: ["eval", link] }).output();
    assert((await Deno.lstat(api)).isSymlink);
    await refused("api");
  },
);

diskTest("a file in the site's place, or in its path, gives one line", async (folder) => {
  await Deno.writeTextFile(`${folder}/site`, "a file");
  for (const out of [`${folder}/site`, `${folder}/site/deep`]) {
    await assertRejects(
      () => writeSite(out, site("new")),
      DataError,
      `${out}: the site cannot be written: it, or a part of its path, is a file`,
    );
  }
  assertEquals(await names(folder), ["site"]);
});

diskTest("a report that fails while it writes leaves the old site as it was", async (folder) => {
  const out = `${folder}/site`;
  await writeSite(out, site("old"));
  const files = new Map([...site("new"), ["no/such/folder.html", "x"]]);
  await assertRejects(() => writeSite(out, files), DataError, `${out}: the site cannot be written: `);
  assertEquals(await Deno.readTextFile(`${out}/index.html`), "old");
  assertEquals(await names(out), ["index.html", "site.json"]);
});

diskTest("a report into a folder that another one writes is refused, and names it", async (folder) => {
  const out = `${folder}/site`;
  await writeSite(out, site("old"));
  {
    await using _lock = await lock(`${out}/.lock`, out);
    const { message } = await assertRejects(() => writeSite(out, site("new")), DataError);
    assertStringIncludes(message, `${out}: is being written by process ${Deno.pid} since `);
  }
  assertEquals(await Deno.readTextFile(`${out}/index.html`), "old");
  assertEquals(await names(out), ["index.html", "site.json"]);
});

diskTest("of many reports into one folder at once, all leave a whole site of one of them", async (folder) => {
  const out = `${folder}/site`;
  const pages = Array.from({ length: 30 }, (_, i) => `page${i}.html`);
  for (let round = 0; round < 3; round++) {
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
  }
});
