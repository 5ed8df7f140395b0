import { assert } from "@std/assert";
import { startEngine } from "../lib/engine/mod.ts";
import { missing } from "./laws/capability.ts";
import { inapplicable } from "./laws/examine.ts";
import { defaultRuns, examine, laws } from "./laws/mod.ts";
import { librarySubject } from "./library_subject.ts";

// The other engines are held to the laws by the gate: here one must do, so that the tests stay quick.
for (const law of laws) {
  const because = inapplicable(law, ({ needs }) => missing(librarySubject, needs));
  Deno.test({
    name: `[${law.id}] ${law.statement} (library on wasm${
      because === undefined ? "" : `; ignored: ${because}`
    })`,
    ignore: because !== undefined,
    fn: async () => {
      await startEngine("wasm");
      const evidence = await examine(law, librarySubject, { seed: 20200, runs: defaultRuns, engine: "wasm" });
      assert(!evidence.failure, evidence.failure?.message);
    },
  });
}
