import { assertAlmostEquals, assertRejects } from "@std/assert";
import { foldIn, key, normalTensor, startEngine, tf } from "../../lib/engine/mod.ts";
import { family, gaussian } from "../../lib/model/mod.ts";
import { NonFiniteLossError } from "../../lib/training/mod.ts";
import type { FleetDescription } from "./fleet.ts";
import { measure } from "./measure.ts";
import { startFleet } from "./start_fleet.ts";

await startEngine("wasm");

const describe = (members: number, latent: number): FleetDescription => ({
  members,
  data: 6,
  latent,
  activation: "tanh",
  likelihood: gaussian(0.25),
  spread: family("mean-field", latent),
});

Deno.test("a member's loss is the same alone and in a fleet so large that it is measured in pieces", async () => {
  for (const latent of [2, 3]) {
    // 8192 rows at once: of 20 members 409 examples, of one all 1024.
    const [members, examples] = [20, 1024];
    const data = normalTensor(key(3), [1, examples, 6]);
    const keys = (count: number) => Array.from({ length: count }, () => foldIn(key(2), 0));
    const one = describe(1, latent), all = describe(members, latent);
    const [alone] = await measure(one, startFleet(one, keys(1)), data, 1, 7);
    const together = await measure(all, startFleet(all, keys(members)), tf.tile(data, [members, 1, 1]), 1, 7);
    for (const loss of together) assertAlmostEquals(loss, alone!, 1e-4 * Math.abs(alone!));
  }
});

Deno.test("a loss that is not finite is refused, with what to do", async () => {
  const one = describe(1, 2);
  const start = startFleet(one, [key(1)]);
  await assertRejects(
    () =>
      measure(
        one,
        { ...start, spread: tf.tensor([1e4, 1e4], [1, 2]) },
        normalTensor(key(3), [1, 8, 6]),
        1,
        7,
      ),
    NonFiniteLossError,
    "training: the loss must be finite, but after step 7 it is ",
  );
});
