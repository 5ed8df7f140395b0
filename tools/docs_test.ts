import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import project from "../deno.json" with { type: "json" };
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../fixtures/temporary_folder.ts";
import { childCommand, grantedPath } from "./process.ts";

Deno.test({
  name:
    "the task makes a site of the reference and an index, and refuses a folder of something else in one line (needs --allow-read=. --allow-write=.test --allow-run=deno)",
  ignore: !mayUseDisk || denoCommand === undefined,
  fn: () =>
    inFolder(async (folder) => {
      const words = project.tasks.docs.command.split(" ").slice(1)
        .map((word) => word.startsWith("--allow-write=") ? `${word},${grantedPath(folder, ROOT)}` : word);
      const docs = async (out: string) => {
        const command = childCommand(denoCommand!, {
          args: ["run", "--no-prompt", ...words.slice(1), "--out", out],
          cwd: ROOT,
        });
        const { code, stdout, stderr } = await command.output();
        const [printed, said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)) as [
          string,
          string,
        ];
        return { code, printed, said };
      };
      const made = await docs(`${folder}/site`);
      assertEquals([made.code, made.said], [0, ""]);
      assertMatch(made.printed, /\/site\/api\/index\.html: \d{4} pages\n$/);
      assertStringIncludes(await Deno.readTextFile(`${folder}/site/index.html`), 'href="api/index.html"');
      await Deno.writeTextFile(`${folder}/mine.txt`, "mine");
      assertEquals(await docs(folder), {
        code: 1,
        printed: "",
        said:
          `docs: ${folder}: the output folder must be new, empty or hold a site, but it holds mine.txt; choose another --out\n`,
      });
    }),
});
