import { assert, assertEquals, assertThrows } from "@std/assert";
import { constants, deflateRawSync } from "node:zlib";
import { npy, utf8, zip } from "../../fixtures/data_files.ts";
import { DataError } from "./error.ts";
import { npzArrays } from "./npz.ts";

const files = {
  "x.npy": npy("|u1", [2, 2], [1, 2, 3, 4]),
  "y.npy": npy("<i8", [2], [7, 8]),
  "note.txt": utf8("hi"),
};

const read = (bytes: Uint8Array): Record<string, number[]> =>
  Object.fromEntries(
    [...npzArrays(bytes, "a.npz")].map(([name, array]) => [name, Array.from(array().values as Uint8Array)]),
  );

const refused = (bytes: Uint8Array): string => {
  const { message } = assertThrows(() => read(bytes), DataError);
  assert(message.startsWith("a.npz"), message);
  return message.slice("a.npz".length);
};

Deno.test("the arrays of an archive are read by name, stored or deflated", () => {
  for (const deflated of [false, true]) {
    for (const zip64 of [false, true]) {
      assertEquals(read(zip(files, deflated, zip64)), { x: [1, 2, 3, 4], y: [7, 8] });
    }
  }
});

Deno.test("an array is decompressed when it is called for", () => {
  const bytes = zip({ ...files, "z.npy": utf8("no array") }, true);
  assertEquals([...npzArrays(bytes, "a.npz").keys()], ["x", "y", "z"]);
  assertEquals(npzArrays(bytes, "a.npz").get("y")!().shape, [2]);
});

Deno.test("every truncation is called cut short, and another file is no archive", () => {
  const bytes = zip(files);
  for (let length = 4; length < bytes.length; length++) {
    assertEquals(
      refused(bytes.subarray(0, length)),
      ": must be a whole .npz archive, but it has no directory at its end: it is cut short, so download it again",
    );
  }
  assertEquals(refused(utf8("text")), ": must be a .npz archive, but it does not begin with PK");
});

Deno.test("an archive may end with a comment of 65,535 bytes", () => {
  for (const length of [1, 255, 65_534, 65_535]) {
    const whole = zip(files), bytes = new Uint8Array(whole.length + length);
    bytes.set(whole);
    new DataView(bytes.buffer).setUint16(whole.length - 2, length, true);
    assertEquals(read(bytes), { x: [1, 2, 3, 4], y: [7, 8] }, `${length}`);
  }
});

Deno.test("a flipped bit anywhere is found, or changes nothing that is read", () => {
  for (const deflated of [false, true]) {
    const bytes = zip(files, deflated);
    const whole = read(bytes);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const flipped = Uint8Array.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      try {
        const values = read(flipped);
        // A name's bit changes a name alone; a number of files, how many there are.
        const kept = Object.values(values).every((array) =>
          Object.values(whole).some((own) => own.join() === array.join())
        );
        assert(kept, `bit ${bit}: ${JSON.stringify(values)}`);
      } catch (error) {
        assert(error instanceof DataError, String(error));
      }
    }
  }
});

Deno.test("other methods, passwords and sizes that are nowhere are refused", () => {
  const patched = (find: number[], at: number, ...bytes: number[]): Uint8Array => {
    const copy = zip({ "x.npy": files["x.npy"] });
    const start = copy.findIndex((_, i) => find.every((byte, j) => copy[i + j] === byte));
    copy.set(bytes, start + at);
    return copy;
  };
  const entry = [0x50, 0x4b, 1, 2];
  assertEquals(
    refused(patched(entry, 10, 12)),
    ", x.npy: must be stored or deflated, but its method is 12: save it with np.savez or np.savez_compressed",
  );
  assertEquals(refused(patched(entry, 8, 1)), ": x.npy must not be encrypted");
  assertEquals(
    refused(patched(entry, 24, 255, 255, 255, 255)),
    ": must be a whole .npz archive, but its directory is corrupt: download it again",
  );
  assertEquals(
    refused(patched(entry, 0, 9)),
    ": must be a whole .npz archive, but its directory is corrupt: download it again",
  );
  assertEquals(
    refused(patched(entry, 42, 99)),
    ", x.npy: its place in the archive is corrupt: download it again",
  );
});

Deno.test("data that are cut short and data of another checksum are told apart", () => {
  const x = npy("|u1", [4, 64], Uint8Array.from({ length: 256 }, (_, i) => (i * i * 31) % 251));
  const damaged = (deflated: boolean, damage: (bytes: Uint8Array, directory: number) => void): string => {
    const bytes = zip({ "x.npy": x }, deflated);
    const directory = bytes.length - 22 - 46 - "x.npy".length;
    damage(bytes, directory);
    return refused(bytes);
  };
  assertEquals(
    damaged(false, (bytes, directory) => bytes[directory - 1]! ^= 1),
    ", x.npy: its checksum is that of other data, so it is corrupt: download the archive again",
  );
  // Fewer compressed bytes, by the directory, than the data have.
  assertEquals(
    damaged(true, (bytes, directory) => bytes[directory + 20]! -= 2),
    ", x.npy: its data are cut short: download the archive again",
  );
});

Deno.test("a bomb is refused as soon as it gives more than the array's header says, or before", () => {
  // Only the first 128 bytes are a header; then 4 GiB of zeros follow in 4 MB.
  const zeros = deflateRawSync(new Uint8Array(1 << 20), { finishFlush: constants.Z_FULL_FLUSH });
  const head = deflateRawSync(npy("|u1", [1, 2, 2], [1, 2, 3, 4]), { finishFlush: constants.Z_FULL_FLUSH });
  const data = new Uint8Array(head.length + 4096 * zeros.length);
  data.set(head);
  for (let i = 0; i < 4096; i++) data.set(zeros, head.length + i * zeros.length);
  const bomb = (size: number): Uint8Array => {
    const frame = zip({ "x.npy": new Uint8Array(0) }, true);
    // The frame with the data put in: an empty deflate stream has two bytes, at 39 after the name and the extra field.
    const entry = frame.findIndex((_, i) => [0x50, 0x4b, 1, 2].every((byte, j) => frame[i + j] === byte));
    const bytes = new Uint8Array(frame.length - 2 + data.length);
    bytes.set(frame.subarray(0, entry - 2));
    bytes.set(data, entry - 2);
    bytes.set(frame.subarray(entry), entry - 2 + data.length);
    const view = new DataView(bytes.buffer);
    const at = entry - 2 + data.length;
    view.setUint32(at + 20, data.length, true);
    view.setUint32(at + 24, size, true);
    view.setUint32(bytes.length - 22 + 16, at, true);
    return bytes;
  };
  const before = Deno.memoryUsage().rss;
  assertEquals(
    refused(bomb(132)),
    ", x.npy: an array of 1 × 2 × 2 needs 132 bytes, but the file has more: bytes trail",
  );
  assertEquals(
    refused(bomb(4e9)),
    ", x.npy: an array of 1 × 2 × 2 needs 132 bytes, but the file has 4000000000: 3999999868 bytes trail",
  );
  const growth = (Deno.memoryUsage().rss - before) / 1e6;
  assert(growth < 200, `${growth} MB`);
});
