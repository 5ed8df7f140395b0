import { assertEquals } from "@std/assert";
import { folded, normals, order, seeded, threefry, uniforms, wholes } from "./threefry.ts";
import { cloneKey, foldIn, integers, key, normal, permutation, uniform } from "../../lib/engine/mod.ts";

Deno.test("Threefry-2x32-20 has the known answers of its authors", () => {
  // Random123, kat_vectors.
  const known: readonly (readonly [string, string, string])[] = [
    ["00000000 00000000", "00000000 00000000", "6b200159 99ba4efe"],
    ["ffffffff ffffffff", "ffffffff ffffffff", "1cb996fc bb002be7"],
    ["13198a2e 03707344", "243f6a88 85a308d3", "c4923a9c 483df7a0"],
  ];
  const words = (text: string): [number, number] =>
    text.split(" ").map((word) => parseInt(word, 16)) as [number, number];
  for (const [by, counter, expected] of known) {
    assertEquals(threefry(words(by), words(counter)), words(expected));
  }
});

Deno.test("seeds, folded keys and draws are those of the library", () => {
  for (const seed of [0, 7, 2 ** 32 + 5]) {
    const theirs = foldIn(foldIn(key(seed), 3), 2 ** 33 + 1), ours = folded(seeded(seed), 3, 2 ** 33 + 1);
    assertEquals(ours, theirs.map((word) => word >>> 0));
    assertEquals(normals(ours, 7).map(Math.fround), [...normal(cloneKey(theirs), 7)]);
    assertEquals(uniforms(ours, 7), [...uniform(cloneKey(theirs), 7)]);
    assertEquals(wholes(ours, 7, 5), [...integers(cloneKey(theirs), 7, 5)]);
    assertEquals(order(ours, 300), [...permutation(cloneKey(theirs), 300)]);
  }
});
