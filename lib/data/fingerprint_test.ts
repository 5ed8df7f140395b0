import { assertEquals, assertNotEquals } from "@std/assert";
import type { Dataset } from "./dataset.ts";
import { fingerprint } from "./fingerprint.ts";

const train: Dataset = {
  name: "train",
  images: Uint8Array.of(1, 2, 3, 4),
  labels: Int32Array.of(5, 6),
  height: 1,
  width: 2,
  count: 2,
};
const heldOut: Dataset = {
  ...train,
  name: "held out",
  images: Uint8Array.of(7, 8),
  labels: Int32Array.of(9),
  count: 1,
};

Deno.test("the fingerprint is the SHA-256 of the four IDX files one after the other", async () => {
  // printf '\0\0\10\3\0\0\0\2\0\0\0\1\0\0\0\2\1\2\3\4' '\0\0\10\1\0\0\0\2\5\6' … | sha256sum
  assertEquals(
    await fingerprint(train, heldOut),
    "9bf096b27d39e26f7b97f05b60d7f3cc2f015e78a240a3f423aa9c4aa4c65289",
  );
});

Deno.test("the fingerprint depends on every pixel, every label, the sizes and the division, not on names", async () => {
  const original = await fingerprint(train, heldOut);
  assertEquals(await fingerprint({ ...train, name: "x" }, heldOut), original);
  const others: [Dataset, Dataset][] = [
    [{ ...train, images: Uint8Array.of(1, 2, 3, 5) }, heldOut],
    [{ ...train, labels: Int32Array.of(5, 7) }, heldOut],
    [{ ...train, height: 2, width: 1 }, heldOut],
    [{ ...train, labels: null }, heldOut],
    [{ ...train, labels: Int32Array.of(5, 6 + 256) }, heldOut],
    [{ ...train, labels: Int32Array.of(5, -6) }, heldOut],
    [{ ...train, classNames: ["a", "b"] }, heldOut],
    [train, { ...heldOut, images: Uint8Array.of(7, 9) }],
    [heldOut, train],
  ];
  for (const [a, b] of others) assertNotEquals(await fingerprint(a, b), original);
});

Deno.test("names of classes are told apart where one ends and the next begins", async () => {
  const named = (...classNames: string[]): Promise<string> => fingerprint({ ...train, classNames }, heldOut);
  const all = await Promise.all([
    named("a", "bc"),
    named("ab", "c"),
    named("abc"),
    named("abc", ""),
    named(),
  ]);
  assertEquals(new Set(all).size, all.length);
});
