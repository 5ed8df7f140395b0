/**
 * An implementation that computes nothing, for tests of the protocol: `made_up_child.ts absent|ends|there`.
 *
 * @module
 */

import { serve } from "./serve.ts";

if (Deno.args[0] === "ends") {
  console.error("first line\nlast words");
  Deno.exit(3);
}
if (Deno.args[0] === "absent") await serve({ absent: "it is made up" }, null);
else {
  await serve({ versions: { made: "up" }, threads: 3, blas: "none" }, {
    prepare: ({ objective }) => {
      if (objective === "taylor-hessian") throw new Error("no second derivatives here\nand more");
      return Promise.resolve({
        losses: [4, 3, 2, 1],
        step: () => objective === "grae" ? Deno.exit(4) : Promise.resolve(),
        forget: () => {},
      });
    },
    product: () => Promise.resolve(),
  });
}
