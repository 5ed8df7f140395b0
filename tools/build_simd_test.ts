import { assertEquals } from "@std/assert";
import committed from "../lib/engine/simd/kernels.wasm" with { type: "bytes" };
import adam from "../lib/engine/simd/adam.as" with { type: "text" };
import congruence from "../lib/engine/simd/congruence.as" with { type: "text" };
import elementary from "../lib/engine/simd/elementary.as" with { type: "text" };
import elementwise from "../lib/engine/simd/elementwise.as" with { type: "text" };
import factor from "../lib/engine/simd/factor.as" with { type: "text" };
import fewRows from "../lib/engine/simd/few_rows.as" with { type: "text" };
import kernels from "../lib/engine/simd/kernels.as" with { type: "text" };
import product from "../lib/engine/simd/product.as" with { type: "text" };
import rows from "../lib/engine/simd/rows.as" with { type: "text" };
import team from "../lib/engine/simd/team.as" with { type: "text" };
import units from "../lib/engine/simd/units.as" with { type: "text" };

const mayReadCi = Deno.permissions.querySync({ name: "env", variable: "CI" }).state === "granted";

Deno.test({
  name:
    "the committed kernels are what their sources compile to (needs --allow-env=CI, which the compiler reads)",
  ignore: !mayReadCi,
  fn: async () => {
    const { compile } = await import("./build_simd.ts");
    const sources = {
      kernels,
      team,
      product,
      rows,
      elementary,
      elementwise,
      few_rows: fewRows,
      units,
      congruence,
      adam,
      factor,
    };
    assertEquals(await compile(sources), committed);
  },
});
