/**
 * Writes the modules of lib/embedded/ that hold binary files: `deno task embed`. The kernels' is written by `deno task simd`.
 *
 * @module
 */

import { gzipAsync } from "@gfx/zopfli";
import { encodeBase64 } from "@std/encoding/base64";
import resvg from "@resvg/resvg-wasm/index_bg.wasm" with { type: "bytes" };
import tfjs from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm" with { type: "bytes" };
import bold from "dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf" with { type: "bytes" };
import sans from "dejavu-fonts-ttf/ttf/DejaVuSans.ttf" with { type: "bytes" };
import { exitStatus } from "../experiments/runner/command.ts";
import { parseCommand } from "../experiments/runner/options.ts";
import { writeOut } from "../experiments/runner/progress.ts";
import images from "../fixtures/digits-images-idx3-ubyte.gz" with { type: "bytes" };
import labels from "../fixtures/digits-labels-idx1-ubyte.gz" with { type: "bytes" };
import { gunzip } from "../lib/data/gzip.ts";

/** The folder of the modules. */
export const EMBEDDED = new URL("../lib/embedded/", import.meta.url);

/** A binary file: where it is from, in words, and its bytes. */
export type Binary = readonly [source: string, bytes: Uint8Array];

/** What a gzip file holds. */
const unpacked = (bytes: Uint8Array): Uint8Array => gunzip(bytes, "fixtures", () => 2 ** 20)!;

/** What is embedded, by the module's name. */
export const BINARIES: Readonly<Record<string, Binary>> = {
  digit_images: ["fixtures/digits-images-idx3-ubyte.gz, unpacked", unpacked(images)],
  digit_labels: ["fixtures/digits-labels-idx1-ubyte.gz, unpacked", unpacked(labels)],
  font: ["DejaVuSans.ttf of npm's dejavu-fonts-ttf", sans],
  font_bold: ["DejaVuSans-Bold.ttf of npm's dejavu-fonts-ttf", bold],
  resvg: ["index_bg.wasm of npm's @resvg/resvg-wasm", resvg],
  tfjs: ["tfjs-backend-wasm-simd.wasm of npm's @tensorflow/tfjs-backend-wasm", tfjs],
};

/** The text of a module whose `bytes()` gives a binary file. */
export async function embedded([source, bytes]: Binary, task = "embed"): Promise<string> {
  return `// Written by \`deno task ${task}\`.

import { inflated } from "./inflated.ts";

/** ${source}: ${bytes.length} bytes. */
export const bytes = (): Promise<Uint8Array<ArrayBuffer>> =>
  inflated(
    "${encodeBase64(await gzipAsync(bytes, {}))}",
  );
`;
}

const COMMAND = {
  task: "embed",
  about:
    "Writes the modules of lib/embedded/ that hold binary files: tfjs's WebAssembly, resvg's, its fonts, " +
    "and 300 digits.",
  options: {},
  examples: [["", "after an update of one of these packages"]],
} as const;

if (import.meta.main) {
  const status = await exitStatus("embed", async () => {
    const { help } = parseCommand(COMMAND, Deno.args);
    if (help !== null) return writeOut(help), 0;
    for (const [name, binary] of Object.entries(BINARIES)) {
      await Deno.writeTextFile(new URL(`${name}.ts`, EMBEDDED), await embedded(binary));
      writeOut(`${name}: ${binary[1].length} bytes\n`);
    }
    return 0;
  });
  Deno.exit(status);
}
