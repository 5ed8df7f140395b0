import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { denoCommand, inFolder, mayUseDisk } from "../fixtures/temporary_folder.ts";
import { childCommand, grantedPath, permission, whyNotStarted } from "./process.ts";

const NEEDS = "(needs --allow-read=. --allow-write=.test --allow-run=deno)";
const ignore = !mayUseDisk || denoCommand === undefined;
const PROCESS = new URL("./process.ts", import.meta.url).href;

/** Variables that Deno hands on under a list of programs only where they are empty. */
const LOADER = { LD_LIBRARY_PATH: "/opt/x", LD_PRELOAD: "", DYLD_X: "x" };

/** Runs deno with variables, from a folder: only a process that may do everything may set those of the loader. */
async function runUnder(
  env: Readonly<Record<string, string>>,
  args: readonly string[],
  cwd: string,
): Promise<{ code: number; out: string; err: string }> {
  const options = { args, cwd, env, stdout: "inherit", stderr: "inherit" };
  const almighty = `Deno.exit((await new Deno.Command("deno", ${JSON.stringify(options)}).output()).code);`;
  const { code, stdout, stderr } = await childCommand(denoCommand!, { args: ["eval", almighty] }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)) as [string, string];
  return { code, out, err };
}

Deno.test({
  name: `a child is given the environment without the variables of the dynamic loader ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const show = "console.log(JSON.stringify(Object.keys(Deno.env.toObject())), Deno.env.get('ADDED'))";
      await Deno.writeTextFile(
        `${folder}/parent.ts`,
        `import { childCommand, whyNotStarted } from "${PROCESS}";
        const options = { args: ["eval", ${JSON.stringify(show)}], env: { ADDED: "added" } };
        try {
          console.log(new TextDecoder().decode((await childCommand("deno", options).output()).stdout));
        } catch (error) {
          console.log(whyNotStarted("deno", error));
        }`,
      );
      const start = ["run", "--no-prompt", "--allow-run=deno"];
      const env = { ...LOADER, GRAE_KEPT: "kept" };
      const { out, err } = await runUnder(env, [...start, "--allow-env", `${folder}/parent.ts`], folder);
      assertEquals(err, "");
      const [names, added] = out.trim().split("] ") as [string, string];
      const given = JSON.parse(`${names}]`) as string[];
      assertEquals(added, "added");
      assertEquals(given.includes("GRAE_KEPT") && given.includes("PATH"), true);
      assertEquals(given.filter((name) => name in LOADER), []);

      // Where the environment may not be read, nothing can be left out, and the reason is Deno's own.
      const refused = await runUnder(env, [...start, `${folder}/parent.ts`], folder);
      assertMatch(
        refused.out,
        /^Requires --allow-run .* with DYLD_X, LD_LIBRARY_PATH environment variables.*; with --allow-env it is started without them\n$/,
      );
    }),
});

Deno.test({
  name: `lines are counted in this process alone: a child writes no coverage ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/child.ts`, "console.log(1);");
      await Deno.writeTextFile(
        `${folder}/parent.ts`,
        `import { childCommand } from "${PROCESS}";
        Deno.exit((await childCommand("deno", { args: ["run", "${folder}/child.ts"] }).output()).code);`,
      );
      const args = ["run", "--no-prompt", "--allow-run=deno", "--allow-env", `${folder}/parent.ts`];
      const { code, err } = await runUnder({ DENO_COVERAGE_DIR: `${folder}/coverage` }, args, folder);
      assertEquals([code, err], [0, ""]);
      const files = await Array.fromAsync(Deno.readDir(`${folder}/coverage`));
      const texts = await Promise.all(
        files.map(({ name }) => Deno.readTextFile(`${folder}/coverage/${name}`)),
      );
      const counted = (name: string): boolean => texts.some((text) => text.includes(`/${name}"`));
      assertEquals([counted("parent.ts"), counted("child.ts")], [true, false]);
    }),
});

Deno.test("what keeps a program from starting is said in a line", () => {
  assertEquals(
    whyNotStarted("no-such-program", new Deno.errors.NotFound("entity not found")),
    "no-such-program must be on PATH, and granted with --allow-run=no-such-program",
  );
  assertEquals(
    whyNotStarted("no-such-program", new Deno.errors.NotCapable("Requires run access")),
    "no-such-program must be on PATH, and granted with --allow-run=no-such-program",
  );
  assertEquals(
    whyNotStarted(
      "tool",
      new Deno.errors.PermissionDenied("Failed to spawn 'tool': permission denied\nmore"),
    ),
    "Failed to spawn 'tool': permission denied",
  );
  assertThrows(() => whyNotStarted("tool", "thrown"), TypeError);
});

Deno.test("a permission names paths from here where a whole path holds a comma, and none that Deno would cut", () => {
  const here = "/home/ü ser/a, b/grae";
  assertEquals(grantedPath("runs/a b", here), "runs/a b");
  assertEquals(grantedPath("/elsewhere/x", here), "/elsewhere/x");
  assertEquals(grantedPath(`${here}/runs/x`, here), "runs/x");
  assertEquals(grantedPath(here, here), ".");
  assertEquals(grantedPath("/home/ü ser/a, b/other", here), "../other");
  assertEquals(grantedPath(`${here}/x,y`, here), undefined);
  assertEquals(grantedPath("x,y", here), undefined);
  assertEquals(permission("read", ["a", "/b c"]), "--allow-read=a,/b c");
  const error = assertThrows(() => permission("ffi", ["/opt/a,b.so"]), RangeError);
  assertStringIncludes(error.message, '--allow-ffi cannot name a path with a comma, but it is "/opt/a,b.so"');
});
