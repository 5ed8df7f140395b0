import { createHash } from "node:crypto";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { npy, npyOf, utf8, zip } from "../../fixtures/data_files.ts";
import { refusal, write } from "../../fixtures/data_folder.ts";
import { onDisk } from "../../fixtures/temporary_folder.ts";
import { DataError } from "./error.ts";
import { loadImageData } from "./image_data.ts";
import { npzBlocks } from "./npz_blocks.ts";
import { pixels } from "./pixels.ts";

/** Factors as dSprites has them: colour of one value, shape of two, and x of three; values of classes. */
const VALUES = [[1], [1, 2], [0, .5, 1]];
const COUNT = 6;
const CLASSES = Array.from({ length: COUNT }, (_, i) => [0, Math.floor(i / 3), i % 3]);
/** Images of 4 × 4 of 0 and 1: the digits of their number in binary, four times. */
const IMAGES = Array.from({ length: COUNT }, (_, i) => Array.from({ length: 16 }, (_, p) => i >> p % 4 & 1));

/** A pickle, as np.save writes an object. */
const PICKLE = npyOf("|O", [], utf8("\x80\x02}q\0."));
const FILES = {
  "metadata.npy": PICKLE,
  "imgs.npy": npy("|u1", [COUNT, 4, 4], IMAGES.flat()),
  "latents_classes.npy": npy("<i8", [COUNT, 3], CLASSES.flat()),
  "latents_values.npy": npy("<f8", [COUNT, 3], CLASSES.flatMap((own) => own.map((k, f) => VALUES[f]![k]!))),
};
const sprites = (change: Readonly<Record<string, Uint8Array>> = {}): Uint8Array =>
  zip({ ...FILES, ...change }, true);

onDisk(
  "an archive as dSprites comes has its latents as factors, and its pickle is left out with the reason",
  async (dir) => {
    await write(dir, { "dsprites.npz": sprites() });
    const { train, heldOut, notes } = await loadImageData(`${dir}/dsprites.npz`);
    assertEquals([train.count, heldOut.count, train.height, train.labels], [5, 1, 4, null]);
    for (const set of [train, heldOut]) {
      // A factor of one value is left out.
      assertEquals(set.factors!.names, ["factor 2", "factor 3"]);
      assertEquals(set.factors!.values, [[1, 2], [0, .5, 1]]);
      const numbers = pixels(set);
      for (let i = 0; i < set.count; i++) {
        const image = [...numbers.subarray(16 * i, 16 * i + 16)];
        const place = IMAGES.findIndex((one) => one.join() === image.join());
        assert(place >= 0, "pixels of 0 and 1 are numbers from 0 to 1");
        assertEquals([...set.factors!.classes([i])], CLASSES[place]!.slice(1));
      }
    }
    assertEquals(
      notes[0],
      "Of dsprites.npz, metadata is not read: it is a pickle of Python objects, which could hold a program.",
    );
  },
);

onDisk("six latents have the names that dSprites gives them", async (dir) => {
  const classes = Array.from({ length: 64 }, (_, i) => [5, 4, 3, 2, 1, 0].map((bit) => i >> bit & 1));
  await write(dir, {
    "d.npz": zip({
      "imgs.npy": npy("|u1", [64, 2, 2], Array.from({ length: 256 }, (_, i) => i)),
      "latents_classes.npy": npy("<i8", [64, 6], classes.flat()),
    }),
  });
  const { train } = await loadImageData(`${dir}/d.npz`);
  assertEquals(train.factors!.names, ["color", "shape", "scale", "orientation", "posX", "posY"]);
  // Without their values, classes stand for themselves.
  assertEquals(train.factors!.values, Array.from({ length: 6 }, () => [0, 1]));
});

onDisk("an archive that is larger than its bound is read block by block, the same images", async (dir) => {
  // 3,000 images: blocks of 1,024 for one of 64 bytes.
  const imgs = Uint8Array.from({ length: 3000 * 64 }, (_, i) => (i * 2654435761 >>> 13) % 7 % 2);
  for (const deflated of [false, true]) {
    await write(dir, { "a.npz": zip({ "imgs.npy": npyOf("|u1", [3000, 8, 8], imgs) }, deflated) });
    const memory = await loadImageData(`${dir}/a.npz`);
    const read = await loadImageData(`${dir}/a.npz`, { most: 1000 });
    assert(!(read.train.images instanceof Uint8Array));
    assertEquals(pixels(read.train), pixels(memory.train));
    assertEquals(pixels(read.heldOut), pixels(memory.heldOut));
    assert(
      read.notes.some((note) => note.startsWith("The images need 192000 bytes, of which 1000 are held")),
    );
    assertEquals((await loadImageData(`${dir}/a.npz`, { most: 1000 })).sha256, read.sha256);
  }
});

Deno.test("what is held of an archive is its compressed blocks, one of which is decompressed at a time", async () => {
  const count = 5000, raw = new Uint8Array(count * 256);
  for (let i = 0; i < count; i++) raw.fill(1, 256 * i + i % 200, 256 * i + i % 200 + 20);
  const archive = zip({ "imgs.npy": npyOf("|b1", [count, 16, 16], raw) }, true);
  const { reader, held, greatest, largest, digest } = await npzBlocks(archive, "imgs", "a.npz");
  assertEquals(greatest, 1);
  assertEquals(digest, createHash("sha256").update(archive).digest("hex"));
  assert(held < raw.length / 20, `${held} of ${raw.length} bytes`);
  assert(largest <= 2 ** 16, `a block of ${largest}`);
  const perBlock = largest / 256;
  // The first block that is read may be any.
  for (const i of [perBlock, perBlock - 1, 2 * perBlock]) {
    assertEquals(reader.read([i]), raw.subarray(256 * i, 256 * i + 256));
  }
  const indices = [4999, 0, 255, 256, 257, 0, 3123];
  assertEquals([...reader.read(indices)], indices.flatMap((i) => [...raw.subarray(256 * i, 256 * i + 256)]));
});

Deno.test("a large array that is damaged is refused while it is read", async () => {
  const archive = zip({ "imgs.npy": npyOf("|u1", [100, 4, 4], new Uint8Array(1600).fill(7)) }, true);
  const refused = async (bytes: Uint8Array): Promise<string> => {
    const error = await npzBlocks(bytes, "imgs", "a.npz").catch((error) => error);
    assert(error instanceof DataError, `${error}`);
    return error.message;
  };
  const at = (find: number[]): number =>
    archive.findIndex((_, i) => find.every((byte, j) => archive[i + j] === byte));
  // The checksum in the directory.
  const directory = at([0x50, 0x4b, 1, 2]);
  const changed = Uint8Array.from(archive);
  changed[directory + 16]! ^= 1;
  assertEquals(
    await refused(changed),
    "a.npz, imgs.npy: its checksum is that of other data, so it is corrupt: download the archive again",
  );
  // From the data on; the file's own header, of 30 bytes, its name and 4 more, is not read but for its lengths.
  for (let byte = 42; byte < directory; byte++) {
    const damaged = Uint8Array.from(archive);
    damaged[byte]! ^= 4;
    // A bit may say nothing: of the code of a value that does not occur, or after the last one.
    const found = await npzBlocks(damaged, "imgs", "a.npz").catch((error) => error);
    if (found instanceof Error) assert(found instanceof DataError, `byte ${byte}: ${found}`);
    else {
      const images = found.reader.read(Uint32Array.from({ length: 100 }, (_, i) => i));
      assertEquals(images, new Uint8Array(1600).fill(7), `byte ${byte}`);
    }
  }
});

Deno.test("a large array with more or fewer values than its header says is refused, the first before all are read", async () => {
  const refused = async (count: number, deflated: boolean): Promise<string> => {
    const archive = zip({ "imgs.npy": npyOf("|u1", [100, 4, 4], new Uint8Array(count)) }, deflated);
    return (await assertRejects(() => npzBlocks(archive, "imgs", "a.npz"), DataError)).message;
  };
  for (const deflated of [false, true]) {
    for (const more of [1601, 200_000]) {
      assertEquals(
        await refused(more, deflated),
        "a.npz, imgs.npy: its array has more values than its header says",
      );
    }
    assertEquals(
      await refused(1599, deflated),
      "a.npz, imgs.npy: an array of 100 × 4 × 4 needs 1728 bytes, but it has 1727",
    );
  }
});

Deno.test("an array of other than bytes is too large to be read block by block", async () => {
  const archive = zip({ "imgs.npy": npy("<f4", [2, 1, 1], [0, 1]) });
  const error = await npzBlocks(archive, "imgs", "a.npz").catch((error) => error);
  assertEquals(
    error.message,
    'a.npz, imgs.npy: images that are larger than memory must be bytes in C\'s order, but they are f4: save them as .astype("uint8")',
  );
});

onDisk("latents that do not fit the images, or each other, are refused", async () => {
  const refused = async (change: Readonly<Record<string, Uint8Array>>): Promise<string> =>
    (await refusal({ "d.npz": sprites(change) })).replace("DIR/d.npz, ", "");
  assertEquals(
    await refused({ "latents_classes.npy": npy("<i8", [5, 3], CLASSES.slice(1).flat()) }),
    "latents_classes.npy: must be [6, factors], a row for each image, but it is [5, 3]",
  );
  assertEquals(
    await refused({ "latents_classes.npy": npy("<f8", [6, 3], CLASSES.flat().map((k) => k / 2)) }),
    "latents_classes.npy: classes must be whole numbers from 0 to 65535, but one is 0.5",
  );
  assertEquals(
    await refused({ "latents_values.npy": npy("<f8", [6, 3], CLASSES.flat().map((k, i) => k + i / 100)) }),
    "latents_values.npy: each class must have one value, but class 0 of factor 1 has 0 and 0.03",
  );
  assertEquals(
    await refused({ "latents_values.npy": npy("<f8", [6, 2], new Float64Array(12)) }),
    "latents_values.npy: must be [6, 3] as latents_classes, but it is [6, 2]",
  );
});

onDisk(
  "arrays in colour stay so where three channels are asked for, and are turned to grey else",
  async (dir) => {
    const images = Uint8Array.from({ length: 10 * 12 }, (_, i) => 20 * (i % 12));
    await write(dir, { "c.npz": zip({ "images.npy": npyOf("|u1", [10, 2, 2, 3], images) }) });
    const colour = await loadImageData(`${dir}/c.npz`, { channels: 3 });
    assertEquals([colour.train.channels, colour.train.count], [3, 9]);
    assertEquals(colour.train.images, images.slice(12));
    const grey = await loadImageData(`${dir}/c.npz`);
    assertEquals((grey.train.images as Uint8Array).slice(0, 4), Uint8Array.of(16, 76, 136, 196));
    assertEquals(
      grey.notes[0]!.replace(dir, "DIR"),
      "Colours in DIR/c.npz, images.npy are turned to grey: 0.299 R + 0.587 G + 0.114 B.",
    );
  },
);

onDisk("3D Shapes, an HDF5 file, is refused with what to do", async () => {
  assertEquals(
    await refusal(
      { "3dshapes.h5": Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a) },
      "/3dshapes.h5",
    ),
    "DIR/3dshapes.h5: must be IDX files (train-images-idx3-ubyte and so on, also gzipped), .npy or .npz arrays, CSV tables, " +
      "or PNG or JPEG pictures, but it is an HDF5 file: save its images with Python, " +
      'numpy.savez_compressed("images.npz", images=h5py.File(…)["images"][()])',
  );
});
