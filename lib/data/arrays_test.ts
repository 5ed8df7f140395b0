import { assertEquals, assertStringIncludes } from "@std/assert";
import { npy, zip } from "../../fixtures/data_files.ts";
import { type Files, load, refusal, seen } from "../../fixtures/data_folder.ts";
import { onDisk } from "../../fixtures/temporary_folder.ts";
import { gzip } from "./gzip.ts";

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

onDisk("arrays without names are images and labels, in their order; a third is not among them", async () => {
  const images = npy("|u1", [2, 1, 2], [1, 2, 3, 200]), labels = npy("|u1", [2, 1], [48, 0]);
  const set = { "arr_0.npy": images, "arr_1.npy": labels };
  assertEquals(seen(await load({ "train.npz": zip(set), "test.npz": zip(set) })), {
    train: [1, 2, [1, 2, 3, 200], [48, 0]],
    heldOut: [1, 2, [1, 2, 3, 200], [48, 0]],
    source: "NumPy arrays in DIR: train to train on (2 images), test held out (2 images)",
    notes: [],
  });
  const others = [
    { ...set, "arr_2.npy": labels },
    { "arr_0.npy": images, "mine.npy": labels },
  ];
  for (const other of others) {
    assertStringIncludes(await refusal({ "train.npz": zip(other) }), "its arrays must be named");
  }
});

onDisk("labels have one axis, or a second of 1 and no third", async () => {
  const images = npy("|u1", [2, 1, 2], [1, 2, 3, 200]);
  for (const shape of [[2, 1, 1], [1, 1, 2], [1, 2]]) {
    assertStringIncludes(
      await refusal({ "x_train.npy": images, "y_train.npy": npy("|u1", shape, [1, 0]) }),
      `labels must be [count], but the array is [${shape.join(", ")}]`,
    );
  }
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

onDisk("an axis of 1 may stand on either side of height and width, and behind labels", async () => {
  const pixels = Array.from({ length: 16 }, (_, i) => 10 * i);
  for (const shape of [[2, 2, 4], [2, 1, 2, 4], [2, 2, 4, 1]]) {
    for (const labels of [[2], [2, 1]]) {
      const set = { "x.npy": npy("|u1", shape, pixels), "y.npy": npy("|u1", labels, [5, 6]) };
      const { train, heldOut } = await load(set);
      const parts = [train, heldOut].map(({ height, width, channels = 1, images, labels }) => [
        [height, width, channels],
        images,
        labels,
      ]);
      assertEquals(parts, [[[2, 4, 1], pixels.slice(8), [6]], [[2, 4, 1], pixels.slice(0, 8), [5]]]);
    }
  }
});

onDisk("arrays of other shapes, and archives with unknown names, are refused", async () => {
  const IMAGES =
    "images must be [count, height, width], or [count, s · s] of square images, or [count, height, width, 3] in colour, but";
  const x = (bytes: Uint8Array): Files => ({ "x.npy": bytes });
  assertEquals(
    await refusal(x(npy("|u1", [1, 3, 2, 2], new Uint8Array(12)))),
    `DIR/x.npy: ${IMAGES} the array is [1, 3, 2, 2]: move the axis of the colours to the end (numpy.moveaxis(x, 1, -1))`,
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
