import { assert, assertEquals } from "@std/assert";
import { inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { childCommand } from "../../tools/process.ts";
import type { Dataset } from "./dataset.ts";
import { allRows, rows } from "./rows.ts";
import { loadImageData } from "./image_data.ts";

/** Why files of Python cannot be made here, or an empty string. */
async function findObstacle(packages: string): Promise<string> {
  if (!mayUseDisk) return "needs --allow-read=. --allow-write=.test";
  const { state } = await Deno.permissions.query({ name: "run", command: "python3" });
  if (state !== "granted") return "needs --allow-run=python3";
  try {
    const { success } = await childCommand("python3", { args: ["-c", `import ${packages}`], stderr: "null" })
      .output();
    return success ? "" : `needs Python's packages ${packages}`;
  } catch {
    return "needs python3";
  }
}

/** A test with a folder in which Python has made files. */
function onFilesOf(
  packages: string,
  obstacle: string,
  name: string,
  script: string,
  fn: (dir: string) => Promise<void>,
): void {
  Deno.test({
    name: `${name}${obstacle && ` (ignored: ${obstacle})`}`,
    ignore: obstacle !== "",
    fn: () =>
      inFolder(async (dir) => {
        const args = ["-c", `import os, sys, ${packages}\nos.chdir(sys.argv[1])\n${script}`, dir];
        const { success, stderr } = await childCommand("python3", { args }).output();
        assert(success, new TextDecoder().decode(stderr));
        await fn(dir);
      }),
  });
}

/** The pixels of images 0, 1, …, in the order of their labels, which are their numbers. */
function inOrder(...parts: readonly Dataset[]): number[][] {
  const out: number[][] = [];
  for (const part of parts) {
    for (let i = 0; i < part.count; i++) {
      out[part.labels![i]!] = [...rows("test", part, [i])];
    }
  }
  return out;
}

/** What Python makes of image i: pixel p is (13 i + 7 p + i p) mod 256, of 3 × 4. */
const IMAGES = Array.from(
  { length: 6 },
  (_, i) => Array.from({ length: 12 }, (_, p) => (13 * i + 7 * p + i * p) % 256),
);
const MAKE =
  "x = numpy.fromfunction(lambda i, p: (13 * i + 7 * p + i * p) % 256, (6, 12)).reshape(6, 3, 4)\ny = numpy.arange(6)\n";

onFilesOf(
  "numpy",
  await findObstacle("numpy"),
  "NumPy's own arrays and archives are read, of every type, order and kind of archive",
  MAKE + `
types = ["uint8", "int16", ">i4", "uint64", "float32", ">f8"]
for i, t in enumerate(types):
    os.mkdir(f"npy{i}")
    numpy.save(f"npy{i}/x_train.npy", (numpy.asfortranarray if i % 2 else numpy.ascontiguousarray)(x.astype(t)))
    numpy.save(f"npy{i}/y_train.npy", y.astype(t))
numpy.save("unit.npy", (x / 255).astype("float32"))
numpy.savez("stored.npz", x_train=x[:4].astype("u1"), y_train=y[:4], x_test=x[4:].astype("u1"), y_test=y[4:])
numpy.savez_compressed("packed.npz", train_images=x[:4].astype("u1"), train_labels=y[:4], test_images=x[4:].astype("u1"), test_labels=y[4:])
numpy.savez_compressed("pair.npz", x.astype("u1"), y)
os.mkdir("named")
numpy.save("named/images.npy", x)
numpy.save("named/labels.npy", numpy.array(["zero", "one", "two", "three", "four", "five"]))
`,
  async (dir) => {
    for (
      const path of ["npy0", "npy1", "npy2", "npy3", "npy4", "npy5", "stored.npz", "packed.npz", "pair.npz"]
    ) {
      const { train, heldOut } = await loadImageData(`${dir}/${path}`);
      assertEquals([train.height, train.width, train.count + heldOut.count], [3, 4, 6], path);
      assertEquals(inOrder(train, heldOut), IMAGES, path);
    }
    const { train, heldOut } = await loadImageData(`${dir}/unit.npy`);
    const pixels = [train, heldOut].flatMap((part) => [...allRows("test", part)]);
    assertEquals(pixels.sort(), IMAGES.flat().sort());
    const { train: named } = await loadImageData(`${dir}/named`);
    assertEquals(named.classNames, ["five", "four", "one", "three", "two", "zero"]);
  },
);

onFilesOf(
  "numpy, PIL.Image",
  await findObstacle("numpy, PIL.Image"),
  "Pillow's pictures are read, and its grey of colours is ours",
  MAKE + `
for i in range(6):
    image = PIL.Image.fromarray(x[i].astype("u1"))
    for place, mode, options in [("grey", "L", {}), ("rgb", "RGB", {}), ("palette", "P", {}), ("best", "L", {"optimize": True})]:
        os.makedirs(f"{place}/{i}", exist_ok=True)
        image.convert(mode).save(f"{place}/{i}/0.png", **options)
    os.makedirs(f"jpeg/{i}", exist_ok=True)
    image.resize((16, 16)).save(f"jpeg/{i}/0.jpg", quality=95, progressive=i % 2 == 1)
    image.resize((16, 16)).convert("RGB").save(f"jpeg/{i}/1.jpeg", quality=95)
colours = numpy.random.default_rng(1).integers(0, 256, (2, 8, 8, 3)).astype("u1")
for i in range(2):
    os.makedirs(f"colour/{i}", exist_ok=True)
    os.makedirs(f"luma/{i}", exist_ok=True)
    PIL.Image.fromarray(colours[i]).save(f"colour/{i}/0.png")
    PIL.Image.fromarray(colours[i]).convert("L").save(f"luma/{i}/0.png")
`,
  async (dir) => {
    for (const place of ["grey", "rgb", "palette", "best"]) {
      const { train, heldOut } = await loadImageData(`${dir}/${place}`);
      assertEquals(inOrder(train, heldOut), IMAGES, place);
    }
    const { train } = await loadImageData(`${dir}/jpeg`);
    assertEquals([train.height, train.width], [16, 16]);
    const [colour, luma] = [await loadImageData(`${dir}/colour`), await loadImageData(`${dir}/luma`)];
    assertEquals(colour.train.images, luma.train.images);
  },
);

onFilesOf(
  "numpy, PIL.Image",
  await findObstacle("numpy, PIL.Image"),
  "a picture's middle square is averaged and turned as Pillow does it, up to a level",
  `
import json, os, numpy, PIL.Image, PIL.ImageOps
random = numpy.random.default_rng(2)
expected = []
os.mkdir("pictures")
for i in range(10):
    # Of whole blocks, Pillow's BOX is the mean; of others, it weighs pixels by whether their middle is inside.
    side = 16 * (1 + i % 4)
    height, width = random.permutation([side, side + i]).tolist()
    image = PIL.Image.fromarray(random.integers(0, 256, (height, width, 3)).astype("u1"))
    exif = PIL.Image.Exif()
    exif[0x112] = i
    image.save(f"pictures/{i}.png", exif=exif)
    image = PIL.ImageOps.exif_transpose(PIL.Image.open(f"pictures/{i}.png"))
    left, top = ((n - side) // 2 for n in image.size)
    box = (left, top, left + side, top + side)
    expected.append(numpy.asarray(image.resize((16, 16), PIL.Image.BOX, box=box)).ravel().tolist())
json.dump(expected, open("expected.json", "w"))
`,
  async (dir) => {
    const expected: number[][] = JSON.parse(await Deno.readTextFile(`${dir}/expected.json`));
    const { train, heldOut } = await loadImageData(`${dir}/pictures`, { size: 16, channels: 3 });
    const found = [train, heldOut].flatMap((part) =>
      Array.from({ length: part.count }, (_, i) => [...rows("test", part, [i])])
    );
    for (const [i, image] of expected.entries()) {
      // Pillow rounds twice, after its rows and after its columns.
      const fits = (one: number[]): boolean => one.every((byte, at) => Math.abs(byte - image[at]!) <= 1);
      assertEquals(found.filter(fits).length, 1, `picture ${i}`);
    }
  },
);
