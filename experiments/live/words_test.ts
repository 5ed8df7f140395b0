import { assertEquals } from "@std/assert";
import { startEngine } from "../../lib/engine/mod.ts";
import { type Settings, solve } from "./model.ts";
import { decimals, words } from "./words.ts";

await startEngine("cpu");

Deno.test("numbers have four decimals, a true minus sign, and no negative zero", () => {
  assertEquals([1.23456, -0.5, -0.00001, 0, 12].map(decimals), [
    "1.2346",
    "−0.5000",
    "0.0000",
    "0.0000",
    "12.0000",
  ]);
});

Deno.test("a sentence says what mean-field loses here, where it loses most, and where nothing", async () => {
  const says = async (degrees: number, variances: readonly [number, number]): Promise<string> => {
    const settings: Settings = { degrees, variances, beta: 2, family: "full" };
    return words(settings, await solve(settings));
  };
  // log(1 + (4 − 2)² sin²2θ/(4·4·2)): log(1 + 3/32) at 30°, log(1 + 1/8) at 45°.
  assertEquals(
    await says(30, [0.25, 0.5]),
    "At 30° mean-field loses 0.0896 nats. It would lose most at 45°, 0.1178, and nothing at 0° or 90°.",
  );
  assertEquals(
    await says(135, [0.25, 0.5]),
    "At 135° mean-field loses 0.1178 nats, the most there is: it is no better than isotropic. " +
      "At 0° or 90° it would lose nothing.",
  );
  assertEquals(
    await says(90, [0.25, 0.5]),
    "At 90° mean-field loses nothing: RPRᵀ is diagonal. It would lose most at 45°, 0.1178 nats.",
  );
  assertEquals(
    await says(30, [0.4, 0.4]),
    "The variances are equal: mean-field loses nothing at any angle, so it prefers none.",
  );
});
