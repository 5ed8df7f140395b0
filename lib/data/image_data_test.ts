import { assert, assertEquals, assertRejects } from "@std/assert";
import { encode as encodePng } from "fast-png";
import { join, npy, utf8, zip } from "../../fixtures/data_files.ts";
import { denoCommand, inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { childCommand } from "../../tools/process.ts";
import type { Split } from "./dataset.ts";
import { DataError } from "./error.ts";
import { fingerprint } from "./fingerprint.ts";
import { gzip } from "./gzip.ts";
import { encodeIdxImages, encodeIdxLabels } from "./idx_encode.ts";
import { type ImageDataOptions, loadImageData } from "./image_data.ts";

type Files = Readonly<Record<string, Uint8Array | string>>;

/** Writes files into a folder, in sub-folders where their names have slashes. */
async function write(dir: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = `${dir}/${name}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await (typeof content === "string" ? Deno.writeTextFile(path, content) : Deno.writeFile(path, content));
  }
}

/** A test with a folder of its own with these files; in messages the folder is called DIR. */
function onDisk(name: string, fn: (dir: string) => Promise<void>): void {
  Deno.test({
    name: `${name} (needs --allow-read=. --allow-write=.test)`,
    ignore: !mayUseDisk,
    fn: () => inFolder(fn),
  });
}

const load = async (files: Files, path = "", options: ImageDataOptions = {}): Promise<Split> => {
  let split: Split | undefined;
  await inFolder(async (dir) => {
    await write(dir, files);
    split = JSON.parse(
      JSON.stringify(await loadImageData(dir + path, options), (_, value) => {
        return ArrayBuffer.isView(value) ? Array.from(value as Uint8Array) : value;
      }).replaceAll(dir, "DIR"),
    );
  });
  return split!;
};

const refusal = async (files: Files, path = ""): Promise<string> => {
  let message = "";
  await inFolder(async (dir) => {
    await write(dir, files);
    const error = await assertRejects(() => loadImageData(dir + path), DataError);
    message = error.message.replaceAll(dir, "DIR");
  });
  assert(!message.includes("\n"), message);
  return message;
};

/** What is asserted of a split: pixels and labels as plain lists. */
const seen = ({ train, heldOut, source, notes }: Split): unknown => ({
  train: [train.height, train.width, train.images, train.labels],
  heldOut: [heldOut.height, heldOut.width, heldOut.images, heldOut.labels],
  source,
  notes,
});

/** `count` images of 1 × 2 pixels, the i-th with pixels (i, mark), and labels i mod 10. */
function idx(count: number, mark: number): { images: Uint8Array; labels: Uint8Array } {
  const drawn = Uint8Array.from({ length: 2 * count }, (_, i) => i % 2 === 0 ? i / 2 : mark);
  return {
    images: encodeIdxImages({ images: drawn, count, height: 1, width: 2 }),
    labels: encodeIdxLabels(Uint8Array.from({ length: count }, (_, i) => i % 10)),
  };
}
const [train, test] = [idx(20, 1), idx(10, 2)];
const MNIST: Files = {
  "train-images-idx3-ubyte": train.images,
  "train-labels-idx1-ubyte": train.labels,
  "t10k-images-idx3-ubyte": test.images,
  "t10k-labels-idx1-ubyte": test.labels,
};

onDisk("MNIST's four files: train to train on, t10k held out, in their order", async (dir) => {
  const { "t10k-images-idx3-ubyte": images, ...others } = MNIST;
  await write(dir, {
    ...others,
    "t10k-images-idx3-ubyte.gz": await gzip(images as Uint8Array),
    "README.md": "read me",
  });
  const split = await loadImageData(`${dir}//`);
  assertEquals(split.train.images, train.images.slice(16));
  assertEquals(split.heldOut.images, test.images.slice(16));
  assertEquals([...split.heldOut.labels!], [...test.labels.slice(8)]);
  assertEquals([split.train.name, split.heldOut.name], [`${dir} (train)`, `${dir} (t10k)`]);
  assertEquals(split.source, `IDX files in ${dir}: train to train on (20 images), t10k held out (10 images)`);
  assertEquals(split.sha256, await fingerprint(split.train, split.heldOut));
  assertEquals(split.notes, []);
});

onDisk("names with a dot are read too, and a plain file goes before its gzipped twin", async () => {
  const split = await load({
    "train-images.idx3-ubyte.gz": "no gzip",
    "train-images.idx3-ubyte": train.images,
    "train-labels.idx1-ubyte": train.labels,
  });
  assertEquals([split.train.count, split.heldOut.count], [18, 2]);
});

onDisk("EMNIST: a hint that its images are transposed, and --transpose turns them", async () => {
  const images = encodeIdxImages({ images: Uint8Array.of(1, 2, 3, 4, 5, 6), count: 1, height: 2, width: 3 });
  const files = {
    "emnist-letters-train-images-idx3-ubyte": images,
    "emnist-letters-train-labels-idx1-ubyte": encodeIdxLabels([26]),
    "emnist-letters-test-images-idx3-ubyte": images,
    "emnist-letters-test-labels-idx1-ubyte": encodeIdxLabels([1]),
  };
  const source = "IDX files DIR/emnist-letters: train to train on (1 images), test held out (1 images)";
  assertEquals(seen(await load(files)), {
    train: [2, 3, [1, 2, 3, 4, 5, 6], [26]],
    heldOut: [2, 3, [1, 2, 3, 4, 5, 6], [1]],
    source,
    notes: ["EMNIST's files hold their images transposed: --transpose turns them upright."],
  });
  assertEquals(seen(await load(files, "", { transpose: true })), {
    train: [3, 2, [1, 4, 2, 5, 3, 6], [26]],
    heldOut: [3, 2, [1, 4, 2, 5, 3, 6], [1]],
    source,
    notes: [],
  });
});

onDisk("of several data sets in a folder one is to be named, and its path is the name", async () => {
  const files: Record<string, Uint8Array> = {};
  for (const name of ["letters", "digits"]) {
    files[`emnist-${name}-train-images-idx3-ubyte`] = train.images;
    files[`emnist-${name}-train-labels-idx1-ubyte`] = train.labels;
  }
  assertEquals(
    await refusal(files),
    "DIR: must hold one data set, but it holds emnist-digits, emnist-letters: name one, as DIR/emnist-digits",
  );
  const { source } = await load(files, "/emnist-letters");
  assertEquals(
    source,
    "IDX files DIR/emnist-letters: 18 images to train on, 2 held out (one in ten is held out, by class)",
  );
  // Among sets without a name, a file stands for its own.
  const mixed = { ...MNIST, ...files };
  assertEquals((await refusal(mixed)).endsWith("name one, as DIR/emnist-digits"), true);
  assertEquals(
    (await load(mixed, "/train-images-idx3-ubyte")).source,
    "IDX files in DIR: train to train on (20 images), t10k held out (10 images)",
  );
});

onDisk("QMNIST: the first column of its 32-bit labels is the class", async () => {
  const labels = join([0, 0, 12, 2, 0, 0, 0, 2, 0, 0, 0, 2], [0, 0, 0, 5, 0, 0, 0, 9], [
    0,
    0,
    0,
    3,
    0,
    0,
    0,
    9,
  ]);
  const images = encodeIdxImages({ images: Uint8Array.of(1, 2), count: 2, height: 1, width: 1 });
  const split = await load({
    "qmnist-train-images-idx3-ubyte": images,
    "qmnist-train-labels-idx2-int.gz": await gzip(labels),
    "qmnist-test-images-idx3-ubyte.gz": await gzip(images),
    "qmnist-test-labels-idx2-int": labels,
  });
  assertEquals([split.train.labels, split.heldOut.labels] as unknown, [[5, 3], [5, 3]]);
});

onDisk("K49: an archive for each of images and labels, with arr_0 in it", async () => {
  const images = zip({ "arr_0.npy": npy("|u1", [2, 1, 2], [1, 2, 3, 200]) }, true);
  const labels = zip({ "arr_0.npy": npy("|u1", [2], [48, 0]) }, true);
  const split = await load({
    "k49-train-imgs.npz": images,
    "k49-train-labels.npz": labels,
    "k49-test-imgs.npz": images,
    "k49-test-labels.npz": labels,
    "k49_classmap.csv": "index,codepoint,char\n0,U+3042,a\n",
  });
  assertEquals(seen(split), {
    train: [1, 2, [1, 2, 3, 200], [48, 0]],
    heldOut: [1, 2, [1, 2, 3, 200], [48, 0]],
    source: "NumPy arrays DIR/k49: train to train on (2 images), test held out (2 images)",
    notes: [],
  });
});

onDisk("one archive of all arrays, as Keras has MNIST: by its path or its folder", async () => {
  const files = {
    "mnist.npz": zip({
      "x_train.npy": npy("|u1", [2, 1, 1], [9, 255]),
      "y_train.npy": npy("<i8", [2], [1, 2]),
      "x_test.npy": npy("|u1", [1, 1, 1], [7]),
      "y_test.npy": npy("|u1", [1], [3]),
      "x_val.npy": npy("|u1", [1, 1, 1], [7]),
    }),
  };
  for (const path of ["", "/mnist.npz"]) {
    assertEquals(seen(await load(files, path)), {
      train: [1, 1, [9, 255], [1, 2]],
      heldOut: [1, 1, [7], [3]],
      source: "NumPy arrays DIR/mnist.npz: train to train on (2 images), test held out (1 images)",
      notes: ["Of mnist.npz, x_val are not read."],
    });
  }
});

onDisk(
  "arrays as files: rows of square images from 0 to 1, in Fortran's order, and an axis of 1",
  async () => {
    const unit = npy("<f8", [2, 4], [0, 0.2, 0.4, 0.6, 0.8, 1, 0.2, 0], { fortran: true });
    const four = npy("<f4", [1, 1, 2, 2], [0, 1, 0.2, 0.4]);
    assertEquals(seen(await load({ "x_train.npy": unit, "x_test.npy.gz": await gzip(four) })), {
      train: [2, 2, [0, 102, 204, 51, 51, 153, 255, 0], null],
      heldOut: [2, 2, [0, 255, 51, 102], null],
      source: "NumPy arrays in DIR: train to train on (2 images), test held out (1 images)",
      notes: ["No pixel is above 1, so pixels are read as numbers from 0 to 1.", "DIR has no labels."],
    });
  },
);

onDisk("arrays of other shapes, and archives with unknown names, are refused", async () => {
  const IMAGES = "images must be [count, height, width], or [count, s · s] of square images, but";
  const x = (bytes: Uint8Array): Files => ({ "x.npy": bytes });
  assertEquals(
    await refusal(x(npy("|u1", [1, 2, 2, 3], new Uint8Array(12)))),
    `DIR/x.npy: ${IMAGES} the array is [1, 2, 2, 3], in colours: turn them to grey`,
  );
  assertEquals(
    await refusal(x(npy("|u1", [2, 3], new Uint8Array(6)))),
    `DIR/x.npy: ${IMAGES} the array is [2, 3]`,
  );
  assertEquals(await refusal(x(npy("|u1", [0, 3, 3], []))), `DIR/x.npy: ${IMAGES} the array is [0, 3, 3]`);
  const images = npy("|u1", [2, 1, 1], [1, 2]);
  const long = new Uint8Array(2 ** 25);
  long.set(images);
  assertEquals(
    await refusal({ "x.npy": images, "y.npy": npy("|u1", [2, 10], new Uint8Array(20)) }),
    "DIR/y.npy: labels must be [count], but the array is [2, 10]: of one-hot rows, take .argmax(1)",
  );
  assertEquals(
    await refusal({ "x.npy": images, "y.npy": npy("|u1", [3], [1, 2, 3]) }),
    "DIR/y.npy: must have one label for each of the 2 images of DIR/x.npy, but has 3",
  );
  assertEquals(
    await refusal({ "a.npz": zip({ "foo.npy": images, "bar.npy": images }) }),
    "DIR/a.npz: its arrays must be named x_train, y_train, x_test and y_test, or train_images, train_labels, test_images " +
      "and test_labels, or images and labels, but they are foo, bar",
  );
  assertEquals(
    await refusal({ "x.npy": await gzip(long) }),
    "DIR/x.npy: an array of 2 × 1 × 1 needs 130 bytes, but the file has more: bytes trail",
  );
});

onDisk("tables: Kaggle's folder, with labels to train on alone", async () => {
  const files = {
    "train.csv": "label,pixel0,pixel1,pixel2,pixel3\n7,0,1,2,200\n5,0,0,0,9\n",
    "test.csv": "pixel0,pixel1,pixel2,pixel3\n5,6,7,8\n",
    "sample_submission.csv": "ImageId,Label\n1,0\n",
  };
  for (const path of ["", "/train.csv", "/test.csv"]) {
    assertEquals(seen(await load(files, path)), {
      train: [2, 2, [0, 1, 2, 200, 0, 0, 0, 9], [7, 5]],
      heldOut: [2, 2, [5, 6, 7, 8], null],
      source: "CSV tables in DIR: train to train on (2 images), test held out (1 images)",
      notes: [
        "test.csv is read without labels.",
        "train.csv is read labels in the first column.",
        "The images held out have no labels.",
      ],
    });
  }
});

onDisk("a table with names for labels: they are numbered, and the names are kept", async () => {
  const { train, heldOut, source } = await load({ "pets.csv": "1,2,3,4,cat\n5,6,7,8,dog\n9,9,9,9,ant\n" });
  assertEquals([train.classNames, heldOut.classNames], [["ant", "cat", "dog"], ["ant", "cat", "dog"]]);
  assertEquals([...train.labels!, ...heldOut.labels!].sort(), [0, 1, 2]);
  assertEquals(
    source,
    "CSV tables DIR/pets.csv: 2 images to train on, 1 held out (one in ten is held out, by class)",
  );
});

const picture = (data: number[], channels = 1): Uint8Array =>
  encodePng({ width: 2, height: 1, channels, data: Uint8Array.from(data) });

onDisk("a folder of pictures: its sub-folders are the classes", async () => {
  const files = {
    "dog/1.png": picture([1, 2]),
    "cat/a.PNG": picture([3, 4]),
    "cat/b.png": picture([5, 6, 7, 8, 9, 9], 3),
    "cat/n.txt": "x",
  };
  const split = await load(files);
  assertEquals(seen(split), {
    train: [1, 2, [3, 4, 1, 2], [0, 1]],
    heldOut: [1, 2, [6, 9], [0]],
    source: "pictures in DIR: 2 images to train on, 1 held out (one in ten is held out, by class)",
    notes: [
      "Colours in DIR are turned to grey: 0.299 R + 0.587 G + 0.114 B.",
      "Of DIR, 1 files are not read, as they are no PNG or JPEG pictures.",
    ],
  });
  assertEquals(split.train.classNames, ["cat", "dog"]);
});

onDisk("folders train and test of pictures are the parts, and numbers are labels as they are", async () => {
  const split = await load({
    "training/7/1.png": picture([1, 2]),
    "training/10/1.png": picture([3, 4]),
    "testing/7/1.png": picture([5, 6]),
  });
  assertEquals(seen(split), {
    train: [1, 2, [3, 4, 1, 2], [10, 7]],
    heldOut: [1, 2, [5, 6], [7]],
    source: "pictures in DIR: train to train on (2 images), test held out (1 images)",
    notes: [],
  });
});

onDisk("pictures in the folder itself have no labels; one in ten is held out evenly", async () => {
  const files = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${10 + i}.png`, picture([i, 0])]));
  const { heldOut, source, notes } = await load(files);
  assertEquals([...heldOut.images].filter((_, i) => i % 2 === 0), [5, 15]);
  assertEquals(
    source,
    "pictures in DIR: 18 images to train on, 2 held out (one in ten is held out, evenly over all)",
  );
  assertEquals(notes, ["DIR has no labels."]);
});

onDisk("pictures of several sizes, on two levels, or none at all are refused", async () => {
  const wide = encodePng({ width: 3, height: 1, channels: 1, data: new Uint8Array(3) });
  assertEquals(
    await refusal({ "a/1.png": picture([1, 2]), "b/2.png": wide }),
    "DIR: pictures must have one size, but a/1.png is 1 × 2 and b/2.png is 1 × 3",
  );
  assertEquals(
    await refusal({ "1.png": picture([1, 2]), "b/2.png": picture([1, 2]) }),
    "DIR: pictures must be in the folder or in sub-folders, one a class, but 1.png is in it and 2.png in b",
  );
  assertEquals(
    await refusal({ "a/notes.txt": "x" }),
    "DIR: must hold PNG or JPEG pictures, but it holds none",
  );
  assertEquals(
    await refusal({ "1.png": "<!DOCTYPE html>" }),
    "DIR/1.png: must be a PNG or JPEG picture, but it is an HTML page (of an error or a login, it may be): download the file itself",
  );
  assertEquals(
    await refusal({ "a/1.png": picture([1, 2]) }),
    "DIR: must hold at least 2 images to be divided, but it holds 1",
  );
});

const REQUIRED =
  "IDX files (train-images-idx3-ubyte and so on, also gzipped), .npy or .npz arrays, CSV tables, or PNG or JPEG pictures";

onDisk("a folder or a file with nothing that is read is refused with what is", async () => {
  assertEquals(await refusal({}), `DIR: must hold ${REQUIRED}, but it holds no files`);
  assertEquals(await refusal({ "x.txt": "x" }), `DIR: must hold ${REQUIRED}, but it holds none of them`);
  assertEquals(
    await refusal({ "raw/train-images-idx3-ubyte": train.images }),
    `DIR: must hold ${REQUIRED}, but its folder raw does: give DIR/raw`,
  );
  assertEquals(
    await refusal({ "x.txt": "text" }, "/x.txt"),
    `DIR/x.txt: must be a folder or a file of ${REQUIRED}, but its name is of none; of pictures, give the folder`,
  );
  assertEquals(
    await refusal({ "mnist.zip": Uint8Array.of(0x50, 0x4b, 3, 4) }, "/mnist.zip"),
    `DIR/mnist.zip: must be ${REQUIRED}, but it is a zip archive: unpack it, and give the folder`,
  );
  assertEquals(
    await refusal(MNIST, "/none"),
    "DIR/none: must be a folder or a file of images, but it does not exist",
  );
  assertEquals(
    await refusal({}, "/no/none"),
    "DIR/no/none: must be a folder or a file of images, but it does not exist",
  );
});

onDisk("what stands in the place of a file is called by its name", async () => {
  const instead = async (content: Uint8Array | string): Promise<string> =>
    await refusal({ ...MNIST, "train-images-idx3-ubyte": content });
  const IDX = "DIR/train-images-idx3-ubyte: must be an IDX file of images, but it is";
  assertEquals(
    await instead("<html><body>404"),
    `${IDX} an HTML page (of an error or a login, it may be): download the file itself`,
  );
  assertEquals(
    await instead("version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n"),
    `${IDX} a Git LFS pointer: fetch its content with \`git lfs pull\``,
  );
  assertEquals(
    await instead("/annex/objects/MD5E-s9"),
    `${IDX} a git-annex pointer: fetch its content with \`git annex get\``,
  );
  assertEquals(
    await instead(Uint8Array.of(0x50, 0x4b, 3, 4)),
    `${IDX} a zip archive: unpack it, and give the folder`,
  );
  assertEquals(await instead(""), `${IDX} empty: download it again`);
  assertEquals(
    await instead(train.images.slice(0, 30)),
    "DIR/train-images-idx3-ubyte: 20 images of 1 × 2 need 56 bytes, but the file has 30: it is cut short, so download it again",
  );
  assertEquals(
    await refusal({ "digits.csv": await gzip(utf8("1,2,3,4\n")) }),
    "DIR/digits.csv: must be a CSV table, but it is gzipped: unpack it with `gunzip`",
  );
  assertEquals(
    await refusal({ "x.npy": zip({}) }),
    "DIR/x.npy: must be a NumPy file (.npy), but it does not begin with \\x93NUMPY",
  );
});

Deno.test({
  name:
    "a link of git-annex without its content, and a link to nowhere, are told apart (needs --allow-read=. --allow-write=.test --allow-run=deno)",
  ignore: !mayUseDisk || denoCommand === undefined || Deno.build.os === "windows",
  fn: () =>
    inFolder(async (dir) => {
      const message = async (target: string): Promise<string> => {
        // Only a process that may do everything makes links.
        await Deno.writeTextFile(`${dir}/make.ts`, "await Deno.symlink(Deno.args[0], Deno.args[1]);");
        const args = ["run", "-A", `${dir}/make.ts`, target, `${dir}/train-images-idx3-ubyte`];
        await childCommand(denoCommand!, { args }).output();
        const error = await assertRejects(() => loadImageData(dir), DataError);
        await Deno.remove(`${dir}/train-images-idx3-ubyte`);
        return error.message.slice(`${dir}/train-images-idx3-ubyte: must be a file, but it is `.length);
      };
      assertEquals(
        await message(".git/annex/objects/F0/J5/MD5E-s9/MD5E-s9"),
        "a git-annex pointer: fetch its content with `git annex get`",
      );
      assertEquals(await message("nowhere"), "a link to nowhere, which does not exist");
    }),
});

onDisk(
  "labels without images, and images of two sizes, are refused; images without labels are read",
  async () => {
    const { "train-images-idx3-ubyte": _, ...headless } = MNIST;
    assertEquals(
      await refusal(headless),
      "DIR/train-labels-idx1-ubyte: labels need the images that they are of, but there is no file of them",
    );
    const tall = encodeIdxImages({ images: new Uint8Array(20), count: 10, height: 2, width: 1 });
    assertEquals(
      await refusal({ ...MNIST, "t10k-images-idx3-ubyte": tall }),
      "DIR: train and t10k images must have one size, but they are 1 × 2 and 2 × 1",
    );
    const { train: unlabelled } = await load({ "train-images-idx3-ubyte": train.images });
    assertEquals([unlabelled.count, unlabelled.labels], [18, null]);
  },
);

onDisk(
  "two files of one part are refused, and what stands beside the parts is not used, and said",
  async () => {
    const images = npy("|u1", [2, 1, 1], [1, 200]);
    const archive = zip({ "images.npy": images });
    assertEquals(
      await refusal({ "x_train.npy": images, "train.npz": archive }),
      "DIR: a part must have its images and labels in one file each, but it has DIR/train.npz and DIR/x_train.npy",
    );
    const { source, notes } = await load({
      "x_train.npy": images,
      "x_test.npy": images,
      "images.npy": images,
    });
    assertEquals(source, "NumPy arrays in DIR: train to train on (2 images), test held out (2 images)");
    assertEquals(notes, ["DIR has no labels.", "Beside train and test, images.npy is not used."]);
  },
);

Deno.test({
  name: "where files may begin with a path, but their folder may not be read, the error names the flag" +
    (mayUseDisk ? "" : " (needs --allow-read=. --allow-write=.test)"),
  ignore: !mayUseDisk,
  permissions: mayUseDisk ? { read: ["nowhere/emnist-letters"] } : "inherit",
  fn: async () => {
    const error = await assertRejects(() => loadImageData("nowhere/emnist-letters"), DataError);
    assertEquals(
      error.message,
      "nowhere/emnist-letters: must be a folder or a file of images, but it does not exist; if the names of files begin " +
        "so, run deno again with --allow-read=nowhere",
    );
  },
});

onDisk(
  "one in ten of the only part is held out, to the nearest whole number, and at least one",
  async (dir) => {
    for (
      const [count, expected] of [[2, 1], [4, 1], [14, 1], [15, 2], [24, 2], [26, 3], [99, 10], [
        106,
        11,
      ]] as const
    ) {
      await write(dir, {
        "t10k-images-idx3-ubyte": idx(count, 1).images,
        "t10k-labels-idx1-ubyte": idx(count, 1).labels,
      });
      const split = await loadImageData(dir);
      assertEquals([split.heldOut.count, split.train.count], [expected, count - expected], `of ${count}`);
      const ids = [split.train, split.heldOut].flatMap(({ images }) =>
        [...images].filter((_, i) => i % 2 === 0)
      );
      assertEquals(ids.sort((a, b) => a - b), [...Array(count).keys()]);
    }
  },
);

Deno.test({
  name: "without permission, Deno itself refuses, and the error names the flag",
  permissions: "none",
  fn: async () => {
    const error = await assertRejects(() => loadImageData("some folder"), DataError);
    assertEquals(
      error.message,
      "some folder: reading it needs a permission: run deno again with --allow-read='some folder'",
    );
  },
});
