/**
 * The rasteriser of SVG.
 *
 * @module
 */

let started: Promise<typeof import("@resvg/resvg-wasm")> | undefined;

/**
 * The SVG rasteriser, loaded and started at the first call: 2.4 MB of WebAssembly that nobody pays for who draws nothing.
 *
 * @returns the module, ready to draw
 */
export function resvg(): Promise<typeof import("@resvg/resvg-wasm")> {
  started ??= start();
  return started;
}

/** Starts the rasteriser unless the program that uses this library already has. */
async function start(): Promise<typeof import("@resvg/resvg-wasm")> {
  const [module, wasm] = await Promise.all([import("@resvg/resvg-wasm"), import("./resvg.ts")]);
  await module.initWasm(await wasm.bytes()).catch((error: Error) => {
    if (!error.message.startsWith("Already initialized")) throw error;
  });
  return module;
}
