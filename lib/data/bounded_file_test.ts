import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { constants, deflateRawSync } from "node:zlib";
import { denoCommand, inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { readBounded } from "./bounded_file.ts";
import { DataError } from "./error.ts";
import { loadImageData } from "./image_data.ts";
import { encodeIdxImages, encodeIdxLabels } from "./idx_encode.ts";
import { parseIdxImages } from "./idx.ts";
import { childCommand } from "../../tools/process.ts";

const NEEDS = "(needs --allow-read=. --allow-write=.test)";

/** Makes a file of this size that takes no room on the disk. */
async function sparse(path: string, size: number, head = new Uint8Array(0)): Promise<void> {
  await Deno.writeFile(path, head);
  await Deno.truncate(path, size);
}

/** Compressed bytes after which others may follow. */
const block = (bytes: Uint8Array): Uint8Array =>
  deflateRawSync(bytes, { finishFlush: constants.Z_FULL_FLUSH });

/** A gzip file that begins with these bytes and goes on with so many MiB of zeros. */
async function bomb(head: Uint8Array, megabytes: number): Promise<Uint8Array> {
  const zeros = block(new Uint8Array(1 << 20)).slice();
  const gzip = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);
  return new Uint8Array(
    await new Blob([gzip, block(head).slice(), ...Array(megabytes).fill(zeros)]).arrayBuffer(),
  );
}

/** The growth of this process by some work, in MB. */
async function grown(work: () => unknown): Promise<number> {
  const before = Deno.memoryUsage().rss;
  await work();
  return (Deno.memoryUsage().rss - before) / 1e6;
}

const images = encodeIdxImages({ images: new Uint8Array(8), count: 4, height: 1, width: 2 });
const labels = encodeIdxLabels(new Uint8Array(4));

Deno.test({
  name: `a file is read whole up to a bound, and looked at before the rest of it is read ${NEEDS}`,
  ignore: !mayUseDisk,
  fn: () =>
    inFolder(async (folder) => {
      const file = `${folder}/f`;
      const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);
      await Deno.writeFile(file, bytes);
      assertEquals(await readBounded(file, "f", bytes.length), bytes);
      const { message } = await assertRejects(() => readBounded(file, "f", 299_999), DataError);
      assertEquals(message, "f: must have at most 299999 bytes, but has 300000");
      const seen: unknown[] = [];
      await readBounded(file, "f", 1e6, (head, size) => seen.push([...head.subarray(0, 3), size]));
      assertEquals(seen, [[0, 1, 2, 300_000]]);
      await Deno.writeFile(file, new Uint8Array(0));
      assertEquals(await readBounded(file, "f", 1), new Uint8Array(0));
      await assertRejects(() => readBounded(`${folder}/none`, "f", 1), Deno.errors.NotFound);
    }),
});

Deno.test({
  name: `files of gigabytes that the header does not tell of are refused before they are read ${NEEDS}`,
  ignore: !mayUseDisk,
  fn: () =>
    inFolder(async (folder) => {
      const [pixels, classes] = [`${folder}/train-images-idx3-ubyte`, `${folder}/train-labels-idx1-ubyte`];
      await Deno.writeFile(classes, labels);
      const refusal = async (): Promise<string> =>
        (await assertRejects(() => loadImageData(folder), DataError)).message;
      const growth = await grown(async () => {
        await sparse(pixels, 6e9, images);
        assertEquals(await refusal(), `${pixels}: must have at most 2147483648 bytes, but has 6000000000`);
        await sparse(pixels, 2e9, images);
        assertEquals(
          await refusal(),
          `${pixels}: 4 images of 1 × 2 need 24 bytes, but the file has 2000000000: 1999999976 bytes trail`,
        );
        await sparse(pixels, 2e9);
        assert((await refusal()).includes("an IDX file of images must begin with 00 00 08 03"));
      });
      assert(growth < 200, `${growth} MB`);
    }),
});

Deno.test("a gzip bomb is refused as soon as it gives more than its header says", async () => {
  for (
    const [head, why] of [
      [images, "g: 4 images of 1 × 2 need 24 bytes, but the file has more: bytes trail"],
      [new Uint8Array(16), "g: an IDX file of images must begin with 00 00 08 03"],
      [
        Uint8Array.of(0, 0, 8, 3, 128, 0, 0, 0, 0, 0, 0, 28, 0, 0, 0, 28),
        "g: 2147483648 images of 28 × 28 need 1683627180048 bytes, but at most 2147483648 are read",
      ],
    ] as const
  ) {
    const bytes = await bomb(head, 4096);
    assert(bytes.length < 5e6);
    const growth = await grown(() => {
      const { message } = assertThrows(() => parseIdxImages(bytes, "g"), DataError);
      assert(message.startsWith(why), message);
    });
    assert(growth < 200, `${growth} MB`);
  }
});

Deno.test({
  name: `a FIFO or a device in the place of a file is refused, and nothing waits for it ${
    NEEDS.replace(")", " --allow-run=deno)")
  }`,
  ignore: !mayUseDisk || denoCommand === undefined || Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      // Only a process that may do everything makes these.
      const program = `await new Deno.Command("mkfifo", { args: [Deno.args[0]] }).output();
        await Deno.symlink("/dev/zero", Deno.args[1]);`;
      const [fifo, zero] = [`${folder}/train-images-idx3-ubyte`, `${folder}/zero`];
      await Deno.writeTextFile(`${folder}/make.ts`, program);
      await childCommand(denoCommand!, { args: ["run", "-A", `${folder}/make.ts`, fifo, zero] }).output();
      await assertRejects(() => readBounded(fifo, "f", 9), DataError, "f: must be a file, but is a FIFO");
      await assertRejects(() => readBounded(zero, "z", 9), DataError, "z: must be a file, but is a device");
      await Deno.writeFile(`${folder}/train-labels-idx1-ubyte`, labels);
      await assertRejects(() => loadImageData(folder), DataError, `${fifo}: must be a file, but is a FIFO`);
    }),
});
