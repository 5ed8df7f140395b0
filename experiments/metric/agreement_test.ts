import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { key, normal } from "../../lib/engine/mod.ts";
import { agreement } from "./agreement.ts";

Deno.test("variances as predicted agree: no ratio differs from 1, and the correlation is 1", () => {
  const pairs = [0.1, 0.2, 0.4, 0.8].map((v) => ({ found: v, predicted: v }));
  const { ratio, correlation } = agreement(pairs);
  assertEquals(ratio, 1);
  assertAlmostEquals(correlation, 1, 1e-15);
});

Deno.test("the typical ratio is e to the median |log(found/predicted)|, which one wild pair does not move", () => {
  const pairs = [2, 0.5, 2, 0.5, 1e9].map((factor, i) => ({ found: factor * (i + 1), predicted: i + 1 }));
  assertAlmostEquals(agreement(pairs).ratio, 2, 1e-12);
  // Of an even number the median is the mean of the middle two, here log 2 and log 8.
  const even = [1, 2, 8, 16].map((factor, i) => ({ found: factor * (i + 1), predicted: i + 1 }));
  assertAlmostEquals(agreement(even).ratio, 4, 1e-12);
});

Deno.test("the correlation is that of logarithms: a power law has 1, its inverse −1, and noise about 0", () => {
  const at = [0.01, 0.1, 0.3, 1];
  const power = (exponent: number): number =>
    agreement(at.map((v) => ({ found: 5 * v ** exponent, predicted: v }))).correlation;
  assertAlmostEquals(power(3), 1, 1e-12);
  assertAlmostEquals(power(-0.5), -1, 1e-12);
  const [x, y] = [normal(key(1), 4000), normal(key(2), 4000)];
  const noise = agreement(Array.from(x, (v, i) => ({ found: Math.exp(v), predicted: Math.exp(y[i]!) })));
  // Its standard error is 1/√4000 = .016; the keys are fixed.
  assertAlmostEquals(noise.correlation, 0, 0.05);
});

Deno.test("agreement refuses too few pairs for a correlation, and equal ones", () => {
  assertThrows(
    () => agreement([{ found: 1, predicted: 1 }]),
    RangeError,
    "agreement: at least 2 pairs that differ are needed, but there is 1",
  );
  assertThrows(
    () => agreement([{ found: 1, predicted: 1 }, { found: 1, predicted: 2 }]),
    RangeError,
    "agreement: at least 2 pairs that differ are needed, but all found are 1",
  );
});
