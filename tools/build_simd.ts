/**
 * Compiles the SIMD kernels: `deno task simd`.
 *
 * @module
 */

import { parseCommand } from "../experiments/runner/options.ts";
import asc from "assemblyscript/asc";

/** The sources in lib/, without `.as`; the first is the entry. */
export const SOURCES = [
  "engine/kernels/kernels",
  "engine/kernels/team",
  "engine/kernels/product",
  "engine/kernels/rows",
  "engine/kernels/elementary",
  "engine/kernels/elementwise",
  "engine/kernels/few_rows",
  "linalg/congruence",
  "linalg/factor_on_heap",
  "model/bernoulli",
  "network/layer_rows",
  "network/unit_tangents",
  "training/adam",
] as const;
/** Sources by their names. */
export type Sources = Readonly<Record<typeof SOURCES[number], string>>;

// No static data and no heap of its own: the memory is tfjs's.
const OPTIONS =
  ("-O3 --enable simd --enable relaxed-simd --enable threads --runtime stub --importMemory --sharedMemory " +
    "--maximumMemory 65536 --noAssert --noExportMemory").split(" ");

/**
 * The WebAssembly module of AssemblyScript sources.
 *
 * @throws (rejects) Error with what the compiler says
 */
export async function compile(sources: Sources): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main([`${SOURCES[0]}.ts`, "-o", "kernels.wasm", ...OPTIONS], {
    readFile: (name) => (sources as Record<string, string>)[name.replace(/\.ts$/, "")] ?? null,
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
  about: "Compiles the SIMD kernels, the files of lib/ that end in .as.",
  options: {},
  examples: [["", "after a change of a file that ends in .as"]],
} as const;

if (import.meta.main) {
  const { help } = parseCommand(COMMAND, Deno.args);
  if (help !== null) {
    console.log(help);
    Deno.exit(0);
  }
  const lib = new URL("../lib/", import.meta.url);
  const read = async (name: string): Promise<[string, string]> => [
    name,
    await Deno.readTextFile(new URL(`${name}.as`, lib)),
  ];
  const binary = await compile(Object.fromEntries(await Promise.all(SOURCES.map(read))) as Sources);
  await Deno.writeFile(new URL("engine/kernels/kernels.wasm", lib), binary);
  console.log(`kernels.wasm: ${binary.length} bytes`);
}
