import { assert, assertEquals, assertMatch } from "@std/assert";
import { toFileUrl } from "@std/path";
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../../fixtures/temporary_folder.ts";
import { childCommand, permission } from "../../tools/process.ts";
import deno from "../../deno.json" with { type: "json" };

const NEEDS = "(needs --allow-read=. --allow-write=.test --allow-run=deno)";
const ignore = !mayUseDisk || denoCommand === undefined;
const PAGE = `${ROOT}/docs/new-study.md`;

/** The study of the page. */
function studyOf(page: string): string {
  const blocks = [...page.matchAll(/^```ts ignore\n(.*?)^```$/gms)];
  assertEquals(blocks.length, 1, "the page has one block of TypeScript, the whole study");
  const [, text] = blocks[0]!;
  assert(!/"\.\.\/\.\.\/\w+\.ts"/.test(text!), "a study imports rooms, no entries of the package");
  assert(text!.split("\n").length <= 61, "the study has at most 60 lines");
  return text!;
}

/** Runs the study of the page, with flags of `deno run`. */
async function run(folder: string, flags: readonly string[], ...args: readonly string[]) {
  const { code, stdout, stderr } = await childCommand(denoCommand!, {
    args: [
      ...["run", "-q", ...flags, "--no-prompt", `--config=${ROOT}/deno.json`],
      `--import-map=${folder}/imports.json`,
      ...[permission("read", [ROOT]), permission("write", [folder])],
      "--allow-env=GRAE_BLAS,GRAE_THREADS,OPENBLAS_CORETYPE,TERM,INIT_CWD",
      ...[`${folder}/study.ts`, ...args],
    ],
    env: { GRAE_BLAS: "" },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out: out!, err: err! };
}

Deno.test({
  name: `the study of docs/new-study.md runs as it stands there, leaves its files, and goes on ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      // Its imports are those of a file in experiments/gap/: the map says where that would be.
      const root = toFileUrl(ROOT).href;
      const imports = {
        ...deno.imports,
        "../runner/": `${root}/experiments/runner/`,
        "../digits/": `${root}/experiments/digits/`,
        "../../": `${root}/`,
      };
      await Deno.writeTextFile(`${folder}/imports.json`, JSON.stringify({ imports }));
      const page = await Deno.readTextFile(PAGE);
      await Deno.writeTextFile(`${folder}/study.ts`, studyOf(page));

      const help = await run(folder, ["--check"], "--help");
      assertEquals([help.code, help.err], [0, ""]);
      assertMatch(
        help.out,
        /--latents <N,N,…> +numbers of latents, a model for each \(default 2,4,8,16; 2,4 with/,
      );

      const out = `${folder}/run`;
      const quick = await run(folder, [], "--quick", "--engine", "wasm", "--out", out);
      assertEquals(quick.code, 0, quick.err);
      const files = ["gap.csv", "gap.svg", "manifest.json", "report.html", "results.json"];
      assertEquals(quick.out.trim().split("\n").sort(), files.map((file) => `${out}/${file}`));
      for (const file of [...files, "parts/latents2.json"]) assert(page.includes(`\`${file}\``), file);
      await Deno.stat(`${out}/parts/latents2.json`);
      const { results, numbers } = JSON.parse(await Deno.readTextFile(`${out}/results.json`));
      assertEquals(results.map(({ latent }: { latent: number }) => latent), [2, 4]);
      // Hadamard's inequality is strict where latents are correlated.
      for (const { latent, gap } of results) {
        assert(gap > 0 && gap === numbers[`gap.${latent}`], `${gap}`);
      }

      const made = await Deno.readTextFile(`${out}/results.json`);
      const again = await run(folder, [], "--resume", out);
      assertEquals(again.code, 0, again.err);
      assertEquals(await Deno.readTextFile(`${out}/results.json`), made);
    }),
});
