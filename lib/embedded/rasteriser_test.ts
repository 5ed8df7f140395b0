import { assertEquals } from "@std/assert";
import { initWasm } from "@resvg/resvg-wasm";
import { bytes } from "./resvg.ts";
import { resvg } from "./rasteriser.ts";

Deno.test("the rasteriser starts although the program has started it already", async () => {
  await initWasm(await bytes());
  const { Resvg } = await resvg();
  const drawing = new Resvg(`<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"/>`);
  assertEquals([drawing.width, drawing.height], [3, 2]);
  drawing.free();
});
