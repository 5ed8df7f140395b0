import { assertEquals } from "@std/assert";
import type { Dataset } from "./dataset.ts";
import { loadDigits } from "./digits.ts";
import { loadFixture } from "./fixture.ts";
import { select } from "./select.ts";

Deno.test("the fixture is 300 digits of 28 × 28, the ten classes in turn", async () => {
  const fixture = await loadFixture();
  assertEquals([fixture.name, fixture.count, fixture.height, fixture.width], ["300 digits", 300, 28, 28]);
  assertEquals(fixture.labels, Int32Array.from({ length: 300 }, (_, i) => i % 10));
  assertEquals(fixture.images.length, 300 * 784);
});

Deno.test("the fixture is the first 30 of each digit of the default training set", async () => {
  const { train } = await loadDigits();
  const inTurn: number[] = [];
  for (let rank = 0; rank < 30; rank++) {
    for (let label = 0; label < 10; label++) {
      let before = rank;
      inTurn.push(train.labels!.findIndex((l) => l === label && before-- === 0));
    }
  }
  const expected: Dataset = select(train, inTurn, "300 digits");
  assertEquals(await loadFixture(), expected);
});
