/**
 * Compiles the SIMD kernels: `deno task simd`.
 *
 * @module
 */

import asc from "assemblyscript/asc";

const OPTIONS = [
  "-O3",
  "--enable",
  "simd",
  "--runtime",
  "stub",
  "--importMemory",
  "--noAssert",
  "--noExportMemory",
];

/**
 * The WebAssembly module of an AssemblyScript source.
 *
 * @throws (rejects) Error with what the compiler says
 */
export async function compile(source: string): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(["kernels.ts", "-o", "kernels.wasm", ...OPTIONS], {
    readFile: (name) => (name === "kernels.ts" ? source : null),
    writeFile: (name, contents) => {
      if (name === "kernels.wasm") binary = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error || !binary) throw new Error(`the kernels do not compile: ${stderr.toString()}`, { cause: error });
  return binary;
}

if (import.meta.main) {
  const folder = new URL("../lib/engine/simd/", import.meta.url);
  const binary = await compile(await Deno.readTextFile(new URL("kernels.as", folder)));
  await Deno.writeFile(new URL("kernels.wasm", folder), binary);
  console.log(`kernels.wasm: ${binary.length} bytes`);
}
