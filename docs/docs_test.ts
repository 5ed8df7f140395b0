import { assert, assertEquals } from "@std/assert";
import { dirname, join } from "@std/path/posix";
import { ROOT } from "../fixtures/temporary_folder.ts";
import deno from "../deno.json" with { type: "json" };
import readme from "../README.md" with { type: "text" };
import verifyPage from "./verify.md" with { type: "text" };
import dependencies from "./dependencies.md" with { type: "text" };
import permissions from "./permissions.md" with { type: "text" };
import printed from "../properties/example/printed.txt" with { type: "text" };

const mayRead = Deno.permissions.querySync({ name: "read", path: ROOT }).state === "granted";

/** The first cells of the rows of a page's tables. */
const firstCells = (page: string): string[] =>
  page.split("\n").filter((line) => line.startsWith("| ")).map((line) => line.split(" | ")[0]!);

Deno.test("README is one page, of at most 150 lines", () => {
  const lines = readme.trimEnd().split("\n").length;
  assert(lines <= 150, `it has ${lines}`);
});

Deno.test({
  name: "every link of a page leads to a file (needs --allow-read=.)",
  ignore: !mayRead,
  fn: async () => {
    const pages = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "lib/engine/README.md"];
    for (const { name } of Deno.readDirSync(`${ROOT}/docs`)) {
      if (name.endsWith(".md")) pages.push(`docs/${name}`);
    }
    const broken: string[] = [];
    for (const page of pages) {
      const text = (await Deno.readTextFile(`${ROOT}/${page}`)).replaceAll(/^```.*?^```$/gms, "");
      for (const [, target] of text.matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
        if (/^https?:/.test(target!)) continue;
        await Deno.stat(`${ROOT}/${join(dirname(page), target!)}`).catch(() =>
          broken.push(`${page}: ${target}`)
        );
      }
    }
    assertEquals(broken, []);
  },
});

Deno.test("permissions.md has a row for every task, with the paths, programs and variables that it is granted", () => {
  for (const [task, { command }] of Object.entries(deno.tasks)) {
    const row = permissions.split("\n").find((line) => line.split(" | ")[0]!.includes(`\`${task}\``));
    assert(row !== undefined, `there is no row of the task ${task}`);
    for (const [, list] of command.matchAll(/--allow-(?:read|write|run|env)=(\S+)/g)) {
      for (const name of list!.split(",")) {
        const words = name === "." ? "the repository" : `\`${name}\``;
        assert(row!.includes(words), `${task} is granted ${name}, which its row does not name`);
      }
    }
    if (/--allow-env(?= )/.test(command)) assert(row!.includes("| all "), `${task} is granted all variables`);
  }
});

Deno.test("dependencies.md has every package by name, with the version that deno.json pins", () => {
  const rows = firstCells(dependencies);
  for (const specifier of new Set(Object.values(deno.imports))) {
    const [, name, version] = /^npm:\/?((?:@[^/]+\/)?[^@/]+)@([^/]+)/.exec(specifier)!;
    const short = name!.replace("@tensorflow/tfjs", "");
    const row = rows.find((cell) => [name!, short].some((word) => cell.split(/[ ,]+/).includes(word)));
    assert(row?.includes(version!), `${name} ${version} must have its row, but it is ${row ?? "not there"}`);
  }
});

Deno.test("what verify.md shows of the example is what the example prints", () => {
  const [, shown] = /^```text\n(.*?)^```$/ms.exec(verifyPage)!;
  for (const line of shown!.trimEnd().split("\n").filter((line) => line !== "…")) {
    assert(printed.includes(`${line}\n`), `copy it from properties/example/printed.txt: ${line}`);
  }
});
