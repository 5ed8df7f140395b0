import { createHash } from "node:crypto";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { encode as encodePng } from "fast-png";
import { encode as encodeJpeg } from "jpeg-js";
import { load, refusal, write } from "../../fixtures/data_folder.ts";
import { onDisk } from "../../fixtures/temporary_folder.ts";
import { DataError } from "./error.ts";
import { gatherBatch } from "./gather.ts";
import { type ImageDataOptions, loadImageData } from "./image_data.ts";
import { picturesAt } from "./image_folder.ts";
import { pixels } from "./pixels.ts";

/** A picture of one colour. */
const flat = (height: number, width: number, colour: readonly number[]): Uint8Array =>
  encodePng({
    ...{ height, width, channels: colour.length },
    data: Uint8Array.from({ length: height * width * colour.length }, (_, i) => colour[i % colour.length]!),
  });
/** Twenty pictures of all sizes, number i of the colour (10 i, 5 i, i). */
const TWENTY = Object.fromEntries(
  Array.from({ length: 20 }, (_, i) => [`${10 + i}.png`, flat(3 + i, 12 - i % 7, [10 * i, 5 * i, i])]),
);

onDisk("pictures of any size are made to one, in colour or grey", async () => {
  const { train, heldOut, notes } = await load(TWENTY, "", { size: 4, channels: 3 });
  assertEquals([train.count, heldOut.count, train.height, train.width, train.channels], [18, 2, 4, 4, 3]);
  assertEquals(heldOut.images.slice(0, 3), [50, 25, 5] as unknown as Uint8Array);
  assertEquals(heldOut.images.length, 2 * 48);
  assertEquals(notes, [
    "The middle square of each picture is averaged to 4 × 4 pixels.",
    "DIR has no labels.",
  ]);
  const grey = await load(TWENTY, "", { size: 4 });
  assertEquals([grey.train.channels ?? 1, grey.heldOut.images[0]], [
    1,
    Math.round(.299 * 50 + .587 * 25 + .114 * 5),
  ]);
  assertEquals(
    await refusal(TWENTY),
    "DIR: pictures must have one size, but 10.png is 3 × 12 and 11.png is 4 × 11: give a size to make them to (--size 64)",
  );
});

onDisk("other images are made to a size and to colours too", async () => {
  const data = Uint8Array.from({ length: 16 }, (_, i) => 10 * i);
  const { train } = await load(
    { "a.png": encodePng({ height: 4, width: 4, channels: 1, data }), "b.png": flat(4, 4, [8]) },
    "",
    { size: 2, channels: 3 },
  );
  assertEquals(train.images.slice(0, 6), [25, 25, 25, 45, 45, 45] as unknown as Uint8Array);
});

onDisk("a size or channels that there cannot be are refused", async (dir) => {
  await write(dir, TWENTY);
  for (const size of [0, 2.5, 2000]) {
    await assertRejects(
      () => loadImageData(dir, { size }),
      RangeError,
      `loadImageData: size must be a whole number from 1 to 1024, but it is ${size}`,
    );
  }
  await assertRejects(
    () => loadImageData(dir, { channels: 2 as 1 }),
    RangeError,
    "loadImageData: channels must be 1 or 3, but they are 2",
  );
});

onDisk("a folder that is larger than its bound is read picture by picture, the same images", async (dir) => {
  await write(dir, TWENTY);
  const options: ImageDataOptions = { size: 4, channels: 3 };
  const memory = await loadImageData(dir, options);
  const room = 20 * 48 - 1;
  // What fits to the last byte is held.
  assert((await loadImageData(dir, { ...options, most: room + 1 })).train.images instanceof Uint8Array);
  const read = await loadImageData(dir, { ...options, most: room });
  assert(memory.train.images instanceof Uint8Array);
  assert(!(read.train.images instanceof Uint8Array));
  for (let times = 0; times < 2; times++) {
    assertEquals(pixels(read.train), pixels(memory.train));
    assertEquals(pixels(read.heldOut), pixels(memory.heldOut));
  }
  assertEquals(read.source, memory.source);
  assertEquals(
    read.notes.at(-1),
    `The images need 960 bytes, of which ${room} are held: the others are read as they are asked for.`,
  );
  // The fingerprint is of the files, their names, and what is made of them.
  const again = await loadImageData(dir, { ...options, most: room });
  assertEquals(again.sha256, read.sha256);
  const others: ImageDataOptions[] = [{ size: 5, channels: 3 }, { size: 4, channels: 1 }, {
    ...options,
    transpose: true,
  }];
  for (const other of others) {
    assert((await loadImageData(dir, { ...other, most: 1 })).sha256 !== read.sha256);
  }
  await write(dir, { "15.png": flat(8, 7, [1, 2, 3]) });
  assert((await loadImageData(dir, { ...options, most: room })).sha256 !== read.sha256);
});

onDisk(
  "the digest of a streamed folder is the SHA-256 of the options, and each file's name, size and bytes",
  async (dir) => {
    await write(dir, TWENTY);
    const names = ["12.png", "11.png"], options = { size: 4, channels: 3 } as const;
    const { images } = await picturesAt(dir, names, { ...options, most: 1 });
    const hash = createHash("sha256").update(`{"size":4,"channels":3,"most":null}`);
    for (const name of names) hash.update(`\0${name}\0${TWENTY[name]!.length}\0`).update(TWENTY[name]!);
    assertEquals(images.digest, hash.digest("hex"));
  },
);

onDisk(
  "what is held of a folder stays within its bound, and no file is read before it is asked for",
  async (dir) => {
    await write(dir, TWENTY);
    const { train } = await loadImageData(dir, { size: 4, channels: 3, most: 5 * 48 });
    // Files that are gone show which are read: those that are held are not.
    const held = [3, 1, 4, 15, 9];
    const before = gatherBatch(train, held);
    for (const name of Object.keys(TWENTY)) await Deno.remove(`${dir}/${name}`);
    assertEquals(gatherBatch(train, held), before);
    const { message } = assertThrows(() => gatherBatch(train, [3, 2]), DataError);
    assert(/\/1\d\.png: cannot be read any more, though it was there at first: /.test(message), message);
  },
);

onDisk("a held-out part that is in memory beside one that is not counts in the fingerprint", async (dir) => {
  const parts = Object.fromEntries(
    Object.entries(TWENTY).map(([name, bytes], i) => [`${i < 17 ? "train" : "test"}/${name}`, bytes]),
  );
  await write(dir, parts);
  const options: ImageDataOptions = { size: 4, most: 100 };
  const { sha256, train, heldOut } = await loadImageData(dir, options);
  assertEquals([train, heldOut].map(({ images }) => images instanceof Uint8Array), [false, true]);
  await write(dir, { "test/28.png": flat(8, 7, [1, 2, 3]) });
  assert((await loadImageData(dir, options)).sha256 !== sha256);
});

onDisk("a damaged picture of a streamed folder is named when it is asked for", async (dir) => {
  await write(dir, { ...TWENTY, "12.png": TWENTY["12.png"]!.slice(0, -20) });
  const { train } = await loadImageData(dir, { size: 4, most: 1 });
  const { message } = assertThrows(() => pixels(train), DataError);
  assertEquals(
    message.replace(dir, "DIR"),
    "DIR/12.png: must be a whole PNG picture, but it is cut short: make or download it again",
  );
});

/** CelebA's own layout, of pictures of 218 × 178 that are white in the middle 140 × 140 alone. */
function celebA(count: number): Record<string, Uint8Array | string> {
  const data = Uint8Array.from({ length: 218 * 178 * 4 }, (_, at) => {
    const [row, column] = [Math.floor(at / (178 * 4)), Math.floor(at / 4) % 178];
    return at % 4 === 3 || row >= 39 && row < 179 && column >= 19 && column < 159 ? 255 : 0;
  });
  const { data: jpeg } = encodeJpeg({ height: 218, width: 178, data }, 100);
  const names = Array.from({ length: count }, (_, i) => `${String(i + 1).padStart(6, "0")}.jpg`);
  return {
    ...Object.fromEntries(names.map((name) => [`img_align_celeba/${name}`, jpeg])),
    "list_attr_celeba.txt": `${count}\nBald Smiling \n${
      names.map((name, i) => `${name} ${i % 2 ? " 1" : "-1"}  ${i % 3 ? " 1" : "-1"}\n`).join("")
    }`,
    "list_eval_partition.txt": names.map((name, i) => `${name} ${i % 5 < 3 ? 0 : i % 5 - 2}\n`).join(""),
  };
}

onDisk("CelebA: its middle 140 × 140, its partition, and its attributes as factors", async (dir) => {
  await write(dir, celebA(10));
  const { train, heldOut, source, notes } = await loadImageData(dir);
  assertEquals([train.count, heldOut.count, train.height, train.width, train.channels], [6, 2, 64, 64, 3]);
  assertEquals(
    source.replace(dir, "DIR"),
    "CelebA in DIR: train to train on (6 images), test held out (2 images)",
  );
  // JPEG rings beside edges, by less than a tenth of their height after averaging.
  assert(pixels(train).every((value) => value > .9));
  for (const [set, places] of [[train, [0, 1, 2, 5, 6, 7]], [heldOut, [4, 9]]] as const) {
    assertEquals(set.factors!.names, ["Bald", "Smiling"]);
    assertEquals(set.factors!.values, [[-1, 1], [-1, 1]]);
    assertEquals(
      [...set.factors!.classes(Uint32Array.from(places.keys()))],
      places.flatMap((i) => [i % 2, i % 3 ? 1 : 0]),
    );
  }
  assertEquals(notes.map((note) => note.replace(dir, "DIR")), [
    "Of CelebA, the 2 images of its validation part are not used.",
    "The middle 140 × 140 of each picture is averaged to 64 × 64 pixels.",
    "DIR has no labels.",
  ]);
  const small = await loadImageData(dir, { size: 8, channels: 1, most: 100 });
  assertEquals([small.train.height, small.train.channels ?? 1], [8, 1]);
  assert(pixels(small.train).every((value) => value > .9));
});

onDisk("CelebA without its lists: a tenth is held out, nothing is known of the images", async () => {
  const { "list_attr_celeba.txt": _, "list_eval_partition.txt": __, ...bare } = celebA(10);
  const { train, heldOut, source } = await load(bare);
  assertEquals([train.count, heldOut.count, train.factors], [9, 1, undefined]);
  assertEquals(
    source,
    "CelebA in DIR: 9 images to train on, 1 held out (one in ten is held out, evenly over all)",
  );
});

onDisk("lists that do not fit CelebA's images are refused by line, and a folder without images", async () => {
  assertEquals(
    await refusal({ "img_align_celeba/notes.txt": "x" }),
    "DIR/img_align_celeba: must hold the pictures of CelebA, but it holds none",
  );
  const whole = celebA(3), attributes = whole["list_attr_celeba.txt"] as string;
  const refused = async (name: string, text: string): Promise<string> => {
    const message = await refusal({ ...whole, [name]: text });
    assert(message.startsWith("DIR/"), message);
    return message.slice("DIR/".length);
  };
  assertEquals(
    await refused("list_attr_celeba.txt", attributes.replace("000002.jpg", "000009.jpg")),
    "list_attr_celeba.txt: line 4 must be of the image 000002.jpg, but is of 000009.jpg",
  );
  assertEquals(
    await refused("list_attr_celeba.txt", attributes.replace("-1  -1", "-1  0")),
    "list_attr_celeba.txt: line 3 must have 2 attributes of -1 or 1, but it has -1 0",
  );
  assertEquals(
    await refused("list_eval_partition.txt", "000001.jpg 0\n000002.jpg 3\n000003.jpg 2\n"),
    "list_eval_partition.txt: line 2 must have a part of 0, 1 or 2, but it has 3",
  );
  assertEquals(
    await refused("list_eval_partition.txt", "000001.jpg 0\n000002.jpg 1 0\n000003.jpg 2\n"),
    "list_eval_partition.txt: line 2 must have a part of 0, 1 or 2, but it has 1 0",
  );
  assertEquals(
    await refused("list_eval_partition.txt", "000001.jpg 0\n"),
    "list_eval_partition.txt: must have one line for each of the 3 images, but has 1: download it again, or unpack all images",
  );
});
