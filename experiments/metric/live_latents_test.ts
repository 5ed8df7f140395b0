import { assertEquals } from "@std/assert";
import { liveLatents } from "./live_latents.ts";

Deno.test("a latent lives from a mean ‖J_{:k}‖² of β/10 on, whatever its row holds beside", () => {
  const metric = [[0.1, 9, 9], [9, 0.0999, 9], [0, 0, 7]];
  assertEquals(liveLatents(metric, 1), [true, false, true]);
  assertEquals(liveLatents(metric, 0.5), [true, true, true]);
  assertEquals(liveLatents(metric, 100), [false, false, false]);
});

Deno.test("at the bound the mean-field posterior's variance is within a tenth of the prior's: β/(β + β/10) = 1/1.1", () => {
  const beta = 0.4;
  assertEquals(liveLatents([[1.0001 * beta / 10]], beta), [true]);
  assertEquals(Math.abs(beta / (beta + beta / 10) - 1 / 1.1) < 1e-15, true);
});
