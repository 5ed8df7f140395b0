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
  const [module, wasm] = await Promise.all([
    import("@resvg/resvg-wasm"),
    import("@resvg/resvg-wasm/index_bg.wasm", { with: { type: "bytes" } }),
  ]);
  await module.initWasm(wasm.default).catch((error: Error) => {
    if (!error.message.startsWith("Already initialized")) throw error;
  });
  return module;
}

/**
 * The fonts that figures are drawn in, normal and bold, so that a picture does not depend on the system's.
 *
 * @returns two TrueType files of the family DejaVu Sans
 */
export async function fonts(): Promise<Uint8Array[]> {
  const [normal, bold] = await Promise.all([
    import("dejavu-fonts-ttf/ttf/DejaVuSans.ttf", { with: { type: "bytes" } }),
    import("dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf", { with: { type: "bytes" } }),
  ]);
  return [normal.default, bold.default];
}
