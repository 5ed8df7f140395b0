/**
 * Writes both sides of the kernels' binary interface, and compiles the SIMD kernels: `deno task simd`.
 *
 * @module
 */

import asc from "assemblyscript/asc";
import { parseCommand } from "../experiments/runner/options.ts";
import { KERNELS, SOURCES, TABLES } from "../lib/engine/kernels/interface.ts";
import { EMBEDDED, embedded } from "./embed.ts";
import {
  argumentsInAssemblyScript,
  argumentsInTypeScript,
  kernelsInAssemblyScript,
} from "./kernel_interface.ts";

const FOLDER = new URL("../lib/engine/kernels/", import.meta.url);
const LIB = new URL("../lib/", import.meta.url);
/** The compiler's entry, in lib/. */
const ENTRY = "engine/kernels/kernels";

// No static data and no heap of its own: the memory is tfjs's.
const OPTIONS =
  ("-O3 --enable simd --enable relaxed-simd --enable threads --runtime stub --importMemory --sharedMemory " +
    "--maximumMemory 65536 --noAssert --noExportMemory").split(" ");

/** The files of lib/engine/kernels/ that are written from `interface.ts`, by their names. */
export const writtenFiles = (): Readonly<Record<string, string>> => ({
  "arguments.as": argumentsInAssemblyScript(KERNELS, TABLES),
  "arguments.ts": argumentsInTypeScript(KERNELS, TABLES),
  "kernels.as": kernelsInAssemblyScript(KERNELS, SOURCES),
});

/**
 * The WebAssembly module of all sources, as they are on disk.
 *
 * @throws (rejects) Error with what the compiler says
 */
export async function compile(): Promise<Uint8Array> {
  const names = [ENTRY, "engine/kernels/arguments", "engine/kernels/team"];
  for (const source of Object.keys(SOURCES)) {
    names.push(new URL(source, FOLDER).href.slice(LIB.href.length));
  }
  const texts = new Map<string, string>();
  for (const name of names) texts.set(name, await Deno.readTextFile(new URL(`${name}.as`, LIB)));
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main([`${ENTRY}.ts`, "-o", "kernels.wasm", ...OPTIONS], {
    readFile: (name) => texts.get(name.replace(/\.ts$/, "")) ?? null,
    writeFile: (name, contents) => {
      if (name === "kernels.wasm") binary = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error || !binary) throw new Error(`the kernels do not compile: ${stderr.toString()}`, { cause: error });
  return binary;
}

const COMMAND = {
  task: "simd",
  about:
    "Writes the kernels' binary interface from lib/engine/kernels/interface.ts, and compiles the SIMD kernels, the files of lib/ that end in .as.",
  options: {},
  examples: [["", "after a change of interface.ts or of a file that ends in .as"]],
} as const;

if (import.meta.main) {
  const { help } = parseCommand(COMMAND, Deno.args);
  if (help !== null) {
    console.log(help);
    Deno.exit(0);
  }
  for (const [name, text] of Object.entries(writtenFiles())) {
    await Deno.writeTextFile(new URL(name, FOLDER), text);
  }
  const binary = await compile();
  const module = await embedded(["lib/engine/kernels/kernels.as, compiled", binary], "simd");
  await Deno.writeTextFile(new URL("kernels.ts", EMBEDDED), module);
  console.log(`the kernels: ${binary.length} bytes`);
}
