import { assertEquals, assertRejects } from "@std/assert";
import { checksumProblem, HOLE, sealed, unsealed } from "./checksum.ts";

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const file = await sealed(bytesOf(`{"sha256":"${HOLE}","step":"7"} and data: ${"sha256".repeat(9)}`));

Deno.test("a sealed file states the SHA-256 of itself with zeros in that place, and keeps every other byte", async () => {
  const text = new TextDecoder().decode(file);
  const stated = /"sha256":"([0-9a-f]{64})"/.exec(text)![1]!;
  const zeroed = text.replace(stated, "0".repeat(64));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytesOf(zeroed)));
  assertEquals(stated, digest.toHex());
  assertEquals(zeroed, `{"sha256":"${HOLE}","step":"7"} and data: ${"sha256".repeat(9)}`);
  assertEquals(await checksumProblem(file), null);
});

Deno.test("each flipped bit of a sealed file is seen", async () => {
  for (let bit = 0; bit < 8 * file.length; bit++) {
    const damaged = file.slice();
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    assertEquals(typeof await checksumProblem(damaged), "string", `bit ${bit}`);
  }
});

Deno.test("bytes that are missing, added, zeroed or of a file without a checksum are seen", async () => {
  const zeroed = file.slice();
  zeroed.fill(0, 80, 100);
  for (const bytes of [file.subarray(0, -1), Uint8Array.of(...file, 0), zeroed]) {
    assertEquals((await checksumProblem(bytes))!.startsWith("its SHA-256 must be "), true);
  }
  for (const text of ["", "{}", '{"sha256":"ab"}', `{"sha256":"${"g".repeat(64)}"}`]) {
    assertEquals(
      await checksumProblem(bytesOf(text)),
      'it must state its SHA-256 ("sha256"), but states none',
    );
  }
});

Deno.test("JSON that states its checksum is what it was, or refused with what is wrong", async () => {
  const bytes = await sealed(new TextEncoder().encode(`{"sha256":"${HOLE}","n":1}`));
  const refuse = (why: string): never => {
    throw new RangeError(why);
  };
  const schema = (json: unknown): string | null =>
    Reflect.get(Object(json), "n") === 1 ? null : "its n must be 1";
  assertEquals(Reflect.get(Object(await unsealed(bytes, schema, refuse)), "n"), 1);
  const text = new TextDecoder().decode(bytes);
  for (
    const [damaged, why] of [
      [text.slice(1), "must be JSON, but is not"],
      [text.replace('"n":1', '"n":2'), "its n must be 1"],
      [text.replace(",", ", "), "its SHA-256 must be "],
    ] as const
  ) {
    await assertRejects(() => unsealed(new TextEncoder().encode(damaged), schema, refuse), RangeError, why);
  }
});

Deno.test("whoever seals a file or looks at its checksum leaves the caller's bytes as they were", async () => {
  const open = bytesOf(`{"sha256":"${HOLE}"}`);
  for (
    const [bytes, look] of [[open, sealed], [file, checksumProblem], [
      await sealed(open),
      checksumProblem,
    ]] as const
  ) {
    const before = bytes.slice();
    await look(bytes);
    assertEquals(bytes, before);
  }
});
