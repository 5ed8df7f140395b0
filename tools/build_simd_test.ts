import { assertEquals } from "@std/assert";
import committed from "../lib/engine/simd/kernels.wasm" with { type: "bytes" };
import source from "../lib/engine/simd/kernels.as" with { type: "text" };

const mayReadCi = Deno.permissions.querySync({ name: "env", variable: "CI" }).state === "granted";

Deno.test({
  name:
    "the committed kernels are what their source compiles to (needs --allow-env=CI, which the compiler reads)",
  ignore: !mayReadCi,
  fn: async () => {
    const { compile } = await import("./build_simd.ts");
    assertEquals(await compile(source), committed);
  },
});
