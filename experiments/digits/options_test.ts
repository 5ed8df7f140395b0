import { assert, assertEquals, assertRejects } from "@std/assert";
import { ROOT } from "../../fixtures/temporary_folder.ts";
import { BINARISE_NAMES as IN_LIBRARY, loadDigits, pixels } from "../../lib/data/mod.ts";
import { UsageError } from "../runner/options.ts";
import { BINARISE_NAMES } from "./names.ts";
import { loadImages } from "./options.ts";

Deno.test("the ways to make images binary have the library's names", () => {
  assertEquals<readonly string[]>(BINARISE_NAMES, IN_LIBRARY);
});

Deno.test("without options the images are the digits that come with the task", async () => {
  assertEquals(await loadImages({ data: null, limit: null }), await loadDigits());
});

Deno.test("images are made binary as an option says, and a limit keeps the first", async () => {
  const grey = await loadImages({ data: null, limit: 50 });
  const fixed = await loadImages({ data: null, binarise: "fixed", limit: 50 });
  assertEquals(pixels(fixed.train), pixels(grey.train).map((x) => x < .5 ? 0 : 1));
  const sampled = await loadImages({ data: null, binarise: "sampled", limit: 50 });
  assertEquals(sampled.train.grey!.images, grey.train.images);
  for (const part of [sampled.train, sampled.heldOut]) {
    assert(pixels(part).every((x) => x === 0 || x === 1));
  }
  assertEquals([sampled.train.count, sampled.heldOut.count], [50, 1000]);
});

Deno.test("the digits that come with the task are not to be transposed", async () => {
  await assertRejects(
    () => loadImages({ data: null, transpose: true, limit: null }),
    UsageError,
    "--transpose needs --data, since the digits that come with the task are upright; leave it out",
  );
});

Deno.test("images from a folder are transposed where that is asked for, all of them", async () => {
  const data = `${ROOT}/fixtures/digits`;
  const upright = await loadImages({ data }), turned = await loadImages({ data, transpose: true });
  for (const part of ["train", "heldOut"] as const) {
    const [one, other] = [pixels(upright[part]), pixels(turned[part])];
    assertEquals(one.length, other.length);
    const size = 28 * 28;
    const found = one.map((_, i) =>
      one[Math.floor(i / size) * size + i % 28 * 28 + Math.floor(i % size / 28)]!
    );
    assertEquals(other, found);
    assert(one.some((value, i) => value !== other[i]), part);
  }
});
