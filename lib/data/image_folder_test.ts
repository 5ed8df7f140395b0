import { assertEquals } from "@std/assert";
import { encode as encodePng } from "fast-png";
import { load, refusal, seen } from "../../fixtures/data_folder.ts";
import { onDisk } from "../../fixtures/temporary_folder.ts";

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

onDisk(
  "folders of parts may be called train or training, test, testing or t10k, in any case, and nothing else",
  async () => {
    for (
      const [train, test] of [["train", "test"], ["Training", "TESTING"], ["TRAIN", "t10k"], [
        "training",
        "T10K",
      ]]
    ) {
      const split = await load({
        [`${train}/7/1.png`]: picture([1, 2]),
        [`${test}/7/1.png`]: picture([5, 6]),
      });
      assertEquals([...split.train.images, ...split.heldOut.images], [1, 2, 5, 6], `${train}, ${test}`);
    }
    // These are classes.
    const { train: { classNames } } = await load({
      "trainer/1.png": picture([1, 2]),
      "tests/1.png": picture([3, 4]),
      "a test/1.png": picture([5, 6]),
    });
    assertEquals(classNames, ["a test", "tests", "trainer"]);
  },
);

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

onDisk("a picture's file of 16 MiB is read, and one of a byte more is not", async () => {
  assertEquals(
    await refusal({ "a/1.png": new Uint8Array(2 ** 24) }),
    "DIR/a/1.png: must be a PNG or JPEG picture, but it begins like neither",
  );
  assertEquals(
    await refusal({ "a/1.png": new Uint8Array(2 ** 24 + 1) }),
    "DIR/a/1.png: must have at most 16777216 bytes, but has 16777217",
  );
});

onDisk("pictures of several sizes, on two levels, or none at all are refused", async () => {
  const wide = encodePng({ width: 3, height: 1, channels: 1, data: new Uint8Array(3) });
  assertEquals(
    await refusal({ "a/1.png": picture([1, 2]), "b/2.png": wide }),
    "DIR: pictures must have one size, but a/1.png is 1 × 2 and b/2.png is 1 × 3: give a size to make them to (--size 64)",
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
