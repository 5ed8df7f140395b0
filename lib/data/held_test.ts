import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import "../../fixtures/suite_seed.ts";
import { gatherBatch } from "./gather.ts";
import { held, holding, MOST_HELD } from "./held.ts";

/** Images of 3 bytes, i, i + 1, i + 2, which count how often each is read. */
function source(count: number) {
  const reads = new Uint32Array(count);
  return {
    reads,
    read: (indices: ArrayLike<number>) =>
      Uint8Array.from(
        Array.from(indices).flatMap((i) => {
          reads[i]!++;
          return [i, i + 1, i + 2];
        }),
      ),
  };
}
const bytes = (indices: readonly number[]): number[] => indices.flatMap((i) => [i, i + 1, i + 2]);

Deno.test("images are the same whether they are held or read again, and what is held stays within its bound", () => {
  const anyReads = fc.array(fc.array(fc.nat(19), { maxLength: 12 }), { maxLength: 12 });
  fc.assert(fc.property(anyReads, fc.integer({ min: 0, max: 70 }), (calls, most) => {
    const from = source(20), reader = holding(from, 3, 20, most);
    const room = Math.floor(most / 3);
    const first = [...new Set(calls.flat())].slice(0, room);
    for (const indices of calls) {
      assertEquals([...reader.read(indices)], bytes(indices));
      assert(reader.held() <= most, `${reader.held()} of ${most}`);
    }
    // The first that come stay, and are read once.
    assertEquals(reader.held(), 3 * first.length);
    first.forEach((i) => assertEquals(from.reads[i], 1, `image ${i}`));
    const asked = calls.reduce((sum, indices) => sum + new Set(indices).size, 0);
    assert(from.reads.reduce((sum, n) => sum + n, 0) <= asked);
  }));
});

Deno.test("a set that fits is in memory, and a byte less room makes it a reader that holds what fits", () => {
  const set = (from: ReturnType<typeof source>) => ({
    ...{ name: "twenty", images: from, labels: null, height: 1, width: 1, channels: 3 as const, count: 20 },
  });
  const [one, other] = [source(20), source(20)];
  const inMemory = held(set(one), 60);
  assertEquals([...inMemory.images as Uint8Array], bytes([...Array(20).keys()]));
  assertEquals(one.reads, new Uint32Array(20).fill(1));
  const read = held(set(other), 59);
  assertEquals(other.reads, new Uint32Array(20), "nothing is read before it is asked for");
  assert(!(read.images instanceof Uint8Array));
  for (let times = 0; times < 3; times++) gatherBatch(read, [...Array(20).keys()]);
  assertEquals(other.reads, Uint32Array.from({ length: 20 }, (_, i) => i < 19 ? 1 : 3));
});

Deno.test("256 MiB are held where nobody says how many", () => {
  const empty = (count: number) => ({
    ...{ name: "large", labels: null, height: 1024, width: 1024, count },
    images: { read: () => new Uint8Array(0) },
  });
  assertEquals(MOST_HELD, 256 * 1024 * 1024);
  assertEquals([256, 257].map((count) => held(empty(count)).images instanceof Uint8Array), [true, false]);
});
