import { assertEquals } from "@std/assert";
import committed from "../lib/engine/kernels/kernels.wasm" with { type: "bytes" };
import elementary from "../lib/engine/kernels/elementary.as" with { type: "text" };
import elementwise from "../lib/engine/kernels/elementwise.as" with { type: "text" };
import fewRows from "../lib/engine/kernels/few_rows.as" with { type: "text" };
import kernels from "../lib/engine/kernels/kernels.as" with { type: "text" };
import product from "../lib/engine/kernels/product.as" with { type: "text" };
import rows from "../lib/engine/kernels/rows.as" with { type: "text" };
import team from "../lib/engine/kernels/team.as" with { type: "text" };
import congruence from "../lib/linalg/congruence.as" with { type: "text" };
import factorOnHeap from "../lib/linalg/factor_on_heap.as" with { type: "text" };
import bernoulli from "../lib/model/bernoulli.as" with { type: "text" };
import layerRows from "../lib/network/layer_rows.as" with { type: "text" };
import unitTangents from "../lib/network/unit_tangents.as" with { type: "text" };
import adam from "../lib/training/adam.as" with { type: "text" };

const mayReadCi = Deno.permissions.querySync({ name: "env", variable: "CI" }).state === "granted";

Deno.test({
  name:
    "the committed kernels are what their sources compile to (needs --allow-env=CI, which the compiler reads)",
  ignore: !mayReadCi,
  fn: async () => {
    const { compile } = await import("./build_simd.ts");
    const sources = {
      "engine/kernels/kernels": kernels,
      "engine/kernels/team": team,
      "engine/kernels/product": product,
      "engine/kernels/rows": rows,
      "engine/kernels/elementary": elementary,
      "engine/kernels/elementwise": elementwise,
      "engine/kernels/few_rows": fewRows,
      "linalg/congruence": congruence,
      "linalg/factor_on_heap": factorOnHeap,
      "model/bernoulli": bernoulli,
      "network/layer_rows": layerRows,
      "network/unit_tangents": unitTangents,
      "training/adam": adam,
    };
    assertEquals(await compile(sources), committed);
  },
});
