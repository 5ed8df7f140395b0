import { assertEquals, assertThrows } from "@std/assert";
import { denoCommand, ROOT } from "../../fixtures/temporary_folder.ts";
import { EngineError } from "./mod.ts";
import { threadsIn } from "./thread_count.ts";
import { childCommand } from "../../tools/process.ts";

const CORES = navigator.hardwareConcurrency;

Deno.test("GRAE_THREADS is a whole number from 1 to the number of cores", () => {
  for (const threads of [1, CORES]) assertEquals(threadsIn(String(threads)), threads);
  for (const text of ["0", "-1", "1.5", "1e0", "two", " 1", String(CORES + 1)]) {
    assertEquals(
      assertThrows(() => threadsIn(text), EngineError).message,
      `GRAE_THREADS must be a whole number from 1 to ${CORES}, the cores that this process may use, but it is ` +
        JSON.stringify(text),
    );
  }
});

Deno.test({
  name:
    "an engine has as many threads as GRAE_THREADS says, unless its caller says otherwise (needs --allow-run=deno)",
  ignore: denoCommand === undefined,
  fn: async () => {
    const program = `import { startEngine } from "${new URL("./mod.ts", import.meta.url)}";
      const of = async (options) => (await startEngine("wasm", options)).description;
      try { console.log(await of(), "|", await of({ threads: ${CORES} })); } catch (error) {
        console.log(error.message);
      }`;
    const said = async (threads: string): Promise<string> => {
      const { stdout } = await childCommand(denoCommand!, {
        args: ["eval", program],
        cwd: ROOT,
        env: { GRAE_THREADS: threads },
      }).output();
      return new TextDecoder().decode(stdout).trim();
    };
    const words = (threads: number): string =>
      `tfjs wasm, SIMD, ${threads} thread${threads === 1 ? "" : "s"}`;
    assertEquals(await said("1"), `${words(1)} | ${words(CORES)}`);
    assertEquals(await said(""), `${words(CORES)} | ${words(CORES)}`);
    assertEquals(
      (await said("none")).split(",")[0],
      `GRAE_THREADS must be a whole number from 1 to ${CORES}`,
    );
  },
});
