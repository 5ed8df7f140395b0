import { assert, assertEquals } from "@std/assert";
import { foldIn, read, startEngine } from "../engine/mod.ts";
import { falseAlarm, suiteKey as key } from "../../fixtures/suite_seed.ts";
import { drawnUnitRows, unitVectors } from "./unit_rows.ts";
import { guardTests } from "../engine/guarded_tests.ts";

guardTests();

Deno.test("drawn unit rows pick every one of d columns as often as any, for each example by itself", async () => {
  await startEngine("wasm");
  const batch = 4096;
  for (const latent of [1, 2, 5, 8]) {
    const joint = new Float64Array(latent * latent);
    for (let seed = 0; seed < 16; seed++) {
      const rows = await read(drawnUnitRows(foldIn(key(31), seed), batch, latent));
      const columns = Array.from({ length: batch }, (_, example) => {
        const row = rows.subarray(example * latent, (example + 1) * latent);
        assertEquals(row.reduce((sum, v) => sum + Math.abs(v), 0), 1);
        return row.indexOf(1);
      });
      // Neighbours in pairs, so that the pairs are independent of each other.
      for (let i = 0; i < batch; i += 2) joint[columns[i]! * latent + columns[i + 1]!]!++;
    }
    const expected = 16 * batch / 2 / latent ** 2;
    const chiSquare = joint.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // Laurent & Massart: P(X > k + 2√(k t) + 2t) ≤ e⁻ᵗ with k degrees of freedom; t = 21 is 1e-9.
    falseAlarm(1e-9);
    const freedom = latent ** 2 - 1;
    assert(chiSquare <= freedom + 2 * Math.sqrt(21 * freedom) + 42, `${latent}: chi-square ${chiSquare}`);
  }
});

Deno.test("all unit vectors are the identity, for each example", async () => {
  await startEngine("wasm");
  for (const [batch, latent] of [[1, 1], [3, 1], [1, 4], [3, 4]] as const) {
    const vectors = unitVectors(batch, latent);
    assertEquals(vectors.shape, [batch, latent, latent]);
    const identity = Array.from(
      { length: latent ** 2 },
      (_, i) => Number(Math.floor(i / latent) === i % latent),
    );
    assertEquals([...await read(vectors)], Array.from({ length: batch }, () => identity).flat());
  }
});
