import { assertEquals, assertRejects } from "@std/assert";
import { ROOT } from "../../fixtures/temporary_folder.ts";
import { ENGINE_NAMES, EngineError, type EngineName } from "./mod.ts";
import { mayBeLeftOut, promisedEngines, whyLeftOut } from "./promised_engines.ts";

Deno.test("engines that need nothing are there, and one that is unknown is not left out in silence", async () => {
  assertEquals(await promisedEngines("cpu", "wasm"), ["cpu", "wasm"]);
  await assertRejects(
    () => promisedEngines("gpu" as EngineName),
    RangeError,
    `engine must be one of ${ENGINE_NAMES.join(", ")}`,
  );
});

Deno.test("an engine is left out for its own reason in one line, without the paths that were tried", () => {
  const error = new EngineError(
    "webgpu engine: none could be opened; install one. Tried: /a: absent; /b: absent",
  );
  assertEquals(whyLeftOut("webgpu", error), "webgpu engine: none could be opened; install one.");
  const whole = "webgpu engine: navigator.gpu gives no adapter";
  assertEquals(whyLeftOut("webgpu", new EngineError(whole)), whole);
});

Deno.test("an engine is left out for what this machine lacks, and not for a fault of ours", () => {
  const reported = (what: string): EngineError =>
    new EngineError(
      `webgpu engine: the adapter A must do all that it is asked for, but it reported "${what}"; lower the batch`,
    );
  const parsing = "Shader 'Object' parsing error: no definition in scope for identifier: `main` wgsl:129:9";
  for (
    const [error, may] of [
      [new EngineError("webgpu engine: navigator.gpu gives no adapter"), true],
      [reported("Not enough memory left"), true],
      [reported(parsing), false],
      [new RangeError("an engine"), false],
      [new Error(reported("").message), false],
    ] as const
  ) assertEquals(mayBeLeftOut(error), may, error.message);
});

const mayRead = Deno.permissions.querySync({ name: "read", path: ROOT }).state === "granted";

Deno.test({
  name: `no test but through promisedEngines goes on without an engine (needs --allow-read=.)`,
  ignore: !mayRead,
  fn: async () => {
    // A start whose failure is passed over, or a list of engines to which those that start are added.
    const passedOver = /startEngine\([^)]*\)\s*\.(then|catch)\(|: EngineName\[\] = \[/;
    assertEquals(await filesWhere((text) => passedOver.test(text)), []);
  },
});

Deno.test({
  name:
    `a test of the engine that auto takes stands in a file that says what is left out (needs --allow-read=.)`,
  ignore: !mayRead,
  fn: async () => {
    // `deno task ok --passed` runs such a file again where more is granted, and no other.
    const auto = /^[^'\n]*startEngine\((?:"auto"[^)]*)?\)/m;
    const says = /promisedEngines\(|\bignore:|\bonDisk\(/;
    const files = await filesWhere((text) => auto.test(text) && !says.test(text));
    assertEquals(files.filter((file) => file.endsWith("_test.ts")), []);
  },
});

/** The tests, and what they share, whose text is such. */
async function filesWhere(isSuch: (text: string) => boolean): Promise<string[]> {
  const found: string[] = [];
  for (const folder of ["lib", "properties", "experiments", "bench"]) {
    for (const file of await testsIn(`${ROOT}/${folder}`)) {
      if (isSuch(await Deno.readTextFile(file))) found.push(file.slice(ROOT.length + 1));
    }
  }
  return found;
}

/** All tests below a folder, and what they share. */
async function testsIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) found.push(...await testsIn(path));
    else if (name.endsWith(".ts")) found.push(path);
  }
  return found;
}
