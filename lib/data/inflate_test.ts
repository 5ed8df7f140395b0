import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import process from "node:process";
import { DataError } from "./error.ts";
import { loadFixture } from "./fixture.ts";
import { gzip } from "./gzip.ts";
import { loadImageData } from "./image_data.ts";
import { parseIdxLabels } from "./idx.ts";

Deno.test("where there is no zlib, as in a browser, the digits load, and a gzipped file is refused with what to do", async () => {
  const gzipped = await gzip(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 7));
  const { getBuiltinModule } = process;
  try {
    process.getBuiltinModule = () => undefined;
    assertEquals((await loadFixture()).count, 300);
    assertEquals(parseIdxLabels(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 7), "plain"), Int32Array.of(7));
    assertThrows(
      () => parseIdxLabels(gzipped, "labels"),
      DataError,
      "compressed data: need node:zlib, which this platform lacks: unpack gzip by " +
        'stream.pipeThrough(new DecompressionStream("gzip")) first',
    );
  } finally {
    process.getBuiltinModule = getBuiltinModule;
  }
  assertEquals(parseIdxLabels(gzipped, "labels"), Int32Array.of(7));
});

Deno.test("where there is no Deno, reading a folder is refused with what to do", async () => {
  const deno = Object.getOwnPropertyDescriptor(globalThis, "Deno")!;
  let refused: Promise<Error>;
  try {
    Reflect.deleteProperty(globalThis, "Deno");
    refused = assertRejects(() => loadImageData("digits"), DataError);
    await refused;
  } finally {
    Object.defineProperty(globalThis, "Deno", deno);
  }
  assertEquals(
    (await refused).message,
    "digits: files are read by Deno alone, which this is not: read their bytes, and give them to parseIdxImages, or make " +
      "a tensor of their numbers",
  );
});
