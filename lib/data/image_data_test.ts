import { assertEquals } from "@std/assert";
import { join } from "../../fixtures/data_files.ts";
import { idx, load, MNIST, refusal, seen, test, train, write } from "../../fixtures/data_folder.ts";
import { onDisk } from "../../fixtures/temporary_folder.ts";
import { fingerprint } from "./fingerprint.ts";
import { gzip } from "./gzip.ts";
import { encodeIdxImages, encodeIdxLabels } from "./idx_encode.ts";
import { loadImageData } from "./image_data.ts";
import { allRows } from "./rows.ts";

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

onDisk("a held-out part has the name t10k by its file's name, not by its folder's", async (dir) => {
  const { "t10k-images-idx3-ubyte": images, "t10k-labels-idx1-ubyte": labels, ...others } = MNIST;
  await write(`${dir}/t10k`, {
    ...others,
    "test-images-idx3-ubyte": images!,
    "test-labels-idx1-ubyte": labels!,
  });
  const { heldOut, source } = await loadImageData(`${dir}/t10k`);
  assertEquals(heldOut.name, `${dir}/t10k (test)`);
  assertEquals(
    source,
    `IDX files in ${dir}/t10k: train to train on (20 images), test held out (10 images)`,
  );
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
      const ids = [split.train, split.heldOut].flatMap((part) =>
        [...allRows("test", part)].filter((_, i) => i % 2 === 0)
      );
      assertEquals(ids.sort((a, b) => a - b), [...Array(count).keys()]);
    }
  },
);
