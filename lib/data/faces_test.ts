import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { onDisk } from "../../fixtures/temporary_folder.ts";
import type { Dataset } from "./dataset.ts";
import { DataError } from "./error.ts";
import { faceRenderer, FACES, loadFaces } from "./faces.ts";
import { gridClasses, gridCount, gridIndex } from "./factors.ts";
import { gatherBatch } from "./gather.ts";

const draw = await faceRenderer();

Deno.test("each value of each attribute changes the face, and no two values make the same one", () => {
  const { names, values } = FACES;
  assertEquals(names, [
    ...[
      "background",
      "skin",
      "hair",
      "hair colour",
      "eyes",
      "mouth",
      "glasses",
      "clothing",
      "clothing colour",
    ],
  ]);
  // Around two faces; no glasses, which hide eyes.
  for (const around of [0, 1]) {
    const base = values.map(() => around);
    base[names.indexOf("glasses")] = 0;
    for (const [f, own] of values.entries()) {
      const faces = own.map((_, k) => draw(gridIndex(FACES, base.with(f, k))).join());
      assertEquals(new Set(faces).size, own.length, names[f]);
    }
  }
});

Deno.test("attributes do not hide each other: eyes show through glasses, and a mouth under any hair", () => {
  const pairs = [["glasses", "eyes"], ["hair", "mouth"], ["hair", "glasses"], ["hair", "eyes"], [
    "hair",
    "clothing",
  ]];
  for (const [one, other] of pairs) {
    const [f, g] = [FACES.names.indexOf(one!), FACES.names.indexOf(other!)];
    const faces = FACES.values[f]!.flatMap((_, k) =>
      FACES.values[g]!.map((_, l) => {
        const base = FACES.values.map(() => 1);
        return draw(gridIndex(FACES, base.with(f, k).with(g, l))).join();
      })
    );
    assertEquals(new Set(faces).size, faces.length, `${one} and ${other}`);
  }
});

Deno.test("the corner of a face has the background's colour, and the middle of its lowest row has not", () => {
  const rgb = (hex: string): number[] => [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const value = (name: string, classes: Uint16Array): string => {
    const f = FACES.names.indexOf(name);
    return FACES.values[f]![classes[f]!] as string;
  };
  for (let index = 0; index < gridCount(FACES); index += 99_991) {
    const face = draw(index), classes = gridClasses(FACES, index);
    assertEquals([...face.subarray(0, 3)], rgb(value("background", classes)), `face ${index}`);
    const body = face.subarray(3 * (16 * 15 + 7), 3 * (16 * 15 + 8));
    assert(body.some((byte, c) => byte !== rgb(value("background", classes))[c]), `face ${index}`);
  }
});

const SMALL = { count: 40, size: 32 } as const;
/** What is asserted to be the same: the pixels and the classes. */
const content = (set: Dataset): unknown => {
  const all = Uint32Array.from({ length: set.count }, (_, i) => i);
  return [gatherBatch(set, all), set.factors!.classes(all)];
};

Deno.test("faces are drawn by their key, with their attributes; a larger size repeats pixels", async () => {
  const one = await loadFaces({ ...SMALL, key: key(1) });
  assertEquals([one.train.count, one.heldOut.count, one.train.height, one.train.width, one.train.channels], [
    ...[36, 4, 32, 32, 3],
  ]);
  assertEquals(content((await loadFaces({ ...SMALL, key: key(1) })).train), content(one.train));
  assertNotEquals((await loadFaces({ ...SMALL, key: key(2) })).sha256, one.sha256);
  const small = await loadFaces({ ...SMALL, size: 16, key: key(1) });
  for (const part of ["train", "heldOut"] as const) {
    const [large, base] = [one[part], small[part]].map((set) => gatherBatch(set, [2]));
    large!.forEach((value, at) => {
      const [row, column] = [Math.floor(at / 96) >> 1, Math.floor(at / 3) % 32 >> 1];
      assertEquals(value, base![3 * (16 * row + column) + at % 3]);
    });
    const classes = one[part].factors!.classes([2]);
    assertEquals(
      base!.map((value) => Math.round(255 * value)).join(),
      draw(gridIndex(FACES, classes)).join(),
    );
  }
});

Deno.test("the same faces come on any machine: their fingerprint is known", async () => {
  const { sha256, source } = await loadFaces({ count: 100, size: 16 });
  assertEquals(
    source,
    "100 faces of 16 × 16, npm:@dicebear/pixel-art@9.4.3; one in ten is held out, evenly over all",
  );
  assertEquals(sha256, "5dbfc7d4bfc06f1d28a5a0dd95a1cfbb98625e94859dd4166856b588c17507af");
});

onDisk("drawn faces are kept in a folder, and a damaged file is drawn anew", async (dir) => {
  const options = { ...SMALL, size: 16 };
  const first = await loadFaces({ ...options, key: key(3), cache: `${dir}/deeper` });
  const [{ name }, ...others] = [...Deno.readDirSync(`${dir}/deeper`)] as [Deno.DirEntry];
  assertEquals(others, []);
  const path = `${dir}/deeper/${name}`, whole = await Deno.readFile(path);
  assert(/^faces-[0-9a-f]{16}\.bin$/.test(name), name);
  // What is in the file is what comes: a file that holds another picture, with its digest right, is believed.
  const again = await loadFaces({ ...options, key: key(3), cache: `${dir}/deeper` });
  assertEquals(content(again.train), content(first.train));
  assertEquals((await Deno.readFile(path)).length, whole.length);
  for (
    const damaged of [
      whole.slice(0, -1),
      whole.map((byte, i) => i === 700 ? byte ^ 1 : byte),
      new Uint8Array(0),
    ]
  ) {
    await Deno.writeFile(path, damaged);
    const repaired = await loadFaces({ ...options, key: key(3), cache: `${dir}/deeper` });
    assertEquals(content(repaired.train), content(first.train));
    assertEquals(await Deno.readFile(path), whole);
  }
  await loadFaces({ ...options, key: key(4), cache: `${dir}/deeper` });
  assertEquals([...Deno.readDirSync(`${dir}/deeper`)].length, 2);
});

onDisk(
  "a folder of faces that cannot be read or written is refused, and nothing is left in it",
  async (dir) => {
    const inCache = (cache: string) => loadFaces({ ...SMALL, size: 16, key: key(3), cache });
    await inCache(`${dir}/a`);
    const [{ name }] = [...Deno.readDirSync(`${dir}/a`)] as [Deno.DirEntry];
    await Deno.mkdir(`${dir}/b/${name}`, { recursive: true });
    const { message, cause } = await assertRejects(
      () => inCache(`${dir}/b`),
      DataError,
      `${dir}/b/${name}: faces are kept here, but it cannot be read: `,
    );
    assert(cause instanceof Error && message.endsWith(cause.message), message);
    await Deno.writeTextFile(`${dir}/file`, "");
    const unwritten = await assertRejects(() => inCache(`${dir}/file/c`), DataError);
    assert(unwritten.message.startsWith(`${dir}/file/c/${name}: faces are `), unwritten.message);
    assertEquals([...Deno.readDirSync(`${dir}/b`)].map((entry) => entry.name), [name]);
  },
);

Deno.test("sizes and numbers that there cannot be are refused", async () => {
  await assertRejects(
    () => loadFaces({ size: 40 }),
    RangeError,
    "loadFaces: size must be a multiple of 16 from 16 to 256, the faces being of 16 × 16, but it is 40",
  );
  await assertRejects(
    () => loadFaces({ count: 1 }),
    RangeError,
    "loadFaces: count must be a whole number from 2 to 100000, but it is 1",
  );
});
