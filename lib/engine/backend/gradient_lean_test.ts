import { assertEquals } from "@std/assert";
import * as tfjs from "@tensorflow/tfjs-core";
import { startEngine } from "../mod.ts";

Deno.test("an engine brings in its own backend and no other: what a browser is sent for cpu holds no WebAssembly", async () => {
  const known = (): string[] => Object.keys(tfjs.engine().registryFactory);
  assertEquals(known(), []);
  await startEngine("cpu");
  assertEquals(known(), ["cpu"]);
  await startEngine("wasm");
  assertEquals(known(), ["cpu", "wasm"]);
});
