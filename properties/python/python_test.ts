import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { pythonObstacle, unlessObstacle } from "../../fixtures/python.ts";
import { inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { childCommand } from "../../tools/process.ts";

const HERE = fromFileUrl(new URL(".", import.meta.url));

unlessObstacle(
  await pythonObstacle("numpy"),
  "Python's side of the protocol passes its own tests",
  async () => {
    const { success, stderr } = await childCommand("python3", {
      args: ["-B", "-m", "unittest", "-q", "test_grae_subject"],
      cwd: HERE,
    }).output();
    const said = new TextDecoder().decode(stderr);
    assert(success, said);
    assertStringIncludes(said, "Ran 13 tests");
  },
);

/** What pytest says of a module and the vectors. */
async function vectors(module: string, folder = HERE): Promise<{ code: number; out: string }> {
  const { code, stdout } = await childCommand("python3", {
    args: ["-B", "-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider", `${HERE}/test_vectors.py`],
    env: { GRAE_SUBJECT: module, PYTHONPATH: folder },
    cwd: HERE,
  }).output();
  return { code, out: new TextDecoder().decode(stdout) };
}

const needs = await pythonObstacle("numpy", "pytest");

unlessObstacle(needs, "pytest passes the vectors on losses in NumPy", async () => {
  const { code, out } = await vectors("numpy_losses");
  assertEquals(code, 0, out);
  const [, passed] = /(\d+) passed/.exec(out)!;
  assert(Number(passed) >= 50, out);
});

unlessObstacle(
  mayUseDisk ? needs : "needs --allow-write=.test",
  "pytest fails the vectors on a mean in place of the sum",
  () =>
    inFolder(async (folder) => {
      const right = await Deno.readTextFile(`${HERE}/numpy_losses.py`);
      await Deno.writeTextFile(
        `${folder}/wrong_losses.py`,
        right.replace("- 2 * raw_factor).sum(-1)", "- 2 * raw_factor).mean(-1)"),
      );
      const { code, out } = await vectors("wrong_losses", folder);
      assertEquals(code, 1, out);
      assertMatch(out, /FAILED .*A6-kl-\d+.* - AssertionError: found /);
    }),
);
