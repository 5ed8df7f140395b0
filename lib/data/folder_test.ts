import { assertEquals, assertRejects } from "@std/assert";
import { DataError } from "./error.ts";
import { fingerprint } from "./fingerprint.ts";
import { type FolderReader, loadIdxFolder } from "./folder.ts";
import { gzip } from "./gzip.ts";
import { encodeIdxImages, encodeIdxLabels } from "./idx_encode.ts";
import { inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";

/** Images of 1 × 2 pixels, the i-th with pixels (i, `mark`) and label i mod 10. */
function files(count: number, mark: number): { images: Uint8Array; labels: Uint8Array } {
  const drawn = Uint8Array.from({ length: 2 * count }, (_, i) => i % 2 === 0 ? i / 2 : mark);
  return {
    images: encodeIdxImages({ images: drawn, count, height: 1, width: 2 }),
    labels: encodeIdxLabels(Uint8Array.from({ length: count }, (_, i) => i % 10)),
  };
}

/** A folder "mnist" in memory; a name whose content is null is a folder inside it. */
function memory(content: Record<string, Uint8Array | null>): FolderReader {
  return {
    async *readDir(): AsyncGenerator<Deno.DirEntry> {
      for (const [name, bytes] of Object.entries(content)) {
        yield { name, isFile: bytes !== null, isDirectory: bytes === null, isSymlink: false };
      }
    },
    readFile: (path) => Promise.resolve(content[path.slice("mnist/".length)]!),
  };
}

/** The message that loading a folder with this content ends with. */
async function refusal(content: Record<string, Uint8Array | null>): Promise<string> {
  return (await assertRejects(() => loadIdxFolder("mnist", memory(content)), DataError)).message;
}

const train = files(20, 1);
const test = files(10, 2);
const REQUIRED =
  "train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte " +
  "(each also with .gz), both train or both t10k files or all four";

Deno.test("all four files: train to train on, t10k held out, in the order of the files", async () => {
  const split = await loadIdxFolder(
    "mnist",
    memory({
      "train-images-idx3-ubyte": train.images,
      "train-labels-idx1-ubyte": train.labels,
      "t10k-images-idx3-ubyte.gz": await gzip(test.images),
      "t10k-labels-idx1-ubyte.gz": await gzip(test.labels),
      "README.md": new Uint8Array(3),
    }),
  );
  assertEquals([split.train.count, split.heldOut.count], [20, 10]);
  assertEquals(split.train.images, train.images.slice(16));
  assertEquals(split.heldOut.images, test.images.slice(16));
  assertEquals(split.heldOut.labels, test.labels.slice(8));
  assertEquals([split.train.name, split.heldOut.name], ["mnist (train)", "mnist (t10k)"]);
  assertEquals(split.source, "IDX files in mnist: train to train on (20 images), t10k held out (10 images)");
  assertEquals(split.sha256, await fingerprint(split.train, split.heldOut));
});

Deno.test("names with a dot before idx are read too, and a plain file is preferred to its gzipped twin", async () => {
  const split = await loadIdxFolder(
    "mnist/",
    memory({
      "train-images.idx3-ubyte.gz": new Uint8Array(1),
      "train-images.idx3-ubyte": train.images,
      "train-labels.idx1-ubyte": train.labels,
      "t10k-images.idx3-ubyte": test.images,
      "t10k-labels.idx1-ubyte": test.labels,
      "t10k-labels-idx1-ubyte": null,
    }),
  );
  assertEquals([split.train.count, split.heldOut.count], [20, 10]);
  assertEquals(split.train.name, "mnist (train)");
});

for (const [only, other] of [["train", "t10k"], ["t10k", "train"]] as const) {
  Deno.test(`only the ${only} pair: one in ten of it is held out by class, and the source says so`, async () => {
    const pair = files(40, 3);
    const split = await loadIdxFolder(
      "mnist",
      memory({ [`${only}-images-idx3-ubyte`]: pair.images, [`${only}-labels-idx1-ubyte`]: pair.labels }),
    );
    assertEquals([split.train.count, split.heldOut.count], [36, 4]);
    const places = [split.train, split.heldOut].flatMap(({ images }) =>
      [...images].filter((_, i) => i % 2 === 0)
    );
    assertEquals(places.sort((a, b) => a - b), [...Array(40).keys()]);
    assertEquals(
      split.source,
      `IDX files in mnist: no ${other} files, so the ${only} files are divided by class, 36 images to train on, 4 held out`,
    );
    assertEquals([split.train.name, split.heldOut.name], [
      `mnist (${only}, train)`,
      `mnist (${only}, held out)`,
    ]);
  });
}

Deno.test("a folder with none of the files, or with folders of their names, is refused with the names required", async () => {
  assertEquals(await refusal({}), `mnist: must hold ${REQUIRED}, but it holds no files`);
  assertEquals(
    await refusal({ "train-images-idx3-ubyte": null, "x.txt": new Uint8Array(1) }),
    `mnist: must hold ${REQUIRED}, but it holds none of them`,
  );
});

Deno.test("a file without its partner is refused, even beside a whole pair", async () => {
  assertEquals(
    await refusal({ "t10k-images.idx3-ubyte.gz": test.images }),
    "mnist: t10k-images.idx3-ubyte.gz needs its partner t10k-labels-idx1-ubyte (or with .gz), but there is none",
  );
  assertEquals(
    await refusal({
      "train-images-idx3-ubyte": train.images,
      "train-labels-idx1-ubyte": train.labels,
      "t10k-labels-idx1-ubyte": test.labels,
    }),
    "mnist: t10k-labels-idx1-ubyte needs its partner t10k-images-idx3-ubyte (or with .gz), but there is none",
  );
});

Deno.test("a bad file inside is named with its path", async () => {
  assertEquals(
    await refusal({
      "t10k-images-idx3-ubyte": test.images.slice(0, 30),
      "t10k-labels-idx1-ubyte": test.labels,
    }),
    "mnist/t10k-images-idx3-ubyte: 10 images of 1 × 2 need 36 bytes, but the file has 30: it is cut short",
  );
});

Deno.test("training and held-out images of different sizes are refused", async () => {
  const tall = encodeIdxImages({ images: new Uint8Array(20), count: 10, height: 2, width: 1 });
  assertEquals(
    await refusal({
      "train-images-idx3-ubyte": train.images,
      "train-labels-idx1-ubyte": train.labels,
      "t10k-images-idx3-ubyte": tall,
      "t10k-labels-idx1-ubyte": test.labels,
    }),
    "mnist: train and t10k images must have one size, but they are 1 × 2 and 2 × 1",
  );
});

Deno.test("of a few images at least one is held out", async () => {
  const few = files(3, 0);
  const reader = memory({ "t10k-images-idx3-ubyte": few.images, "t10k-labels-idx1-ubyte": few.labels });
  const { train, heldOut } = await loadIdxFolder("mnist", reader);
  assertEquals([train.count, heldOut.count], [2, 1]);
});

Deno.test("one image alone cannot be divided", async () => {
  const one = files(1, 0);
  assertEquals(
    await refusal({ "t10k-images-idx3-ubyte": one.images, "t10k-labels-idx1-ubyte": one.labels }),
    "mnist: without train files, t10k must hold at least 2 images to be divided, but it holds 1",
  );
});

/** A folder that fails with `error` when it is listed, or when a file of it is read. */
function failing(error: Error, at: "readDir" | "readFile"): FolderReader {
  const working = memory({ "t10k-images-idx3-ubyte": test.images, "t10k-labels-idx1-ubyte": test.labels });
  return at === "readFile" ? { ...working, readFile: () => Promise.reject(error) } : {
    ...working,
    readDir: (): never => {
      throw error;
    },
  };
}

Deno.test("a missing permission names the flag to add", async () => {
  const denied = new Deno.errors.NotCapable("Requires read access");
  for (const [at, path] of [["readDir", "mnist"], ["readFile", "mnist/t10k-images-idx3-ubyte"]] as const) {
    const error = await assertRejects(() => loadIdxFolder("mnist", failing(denied, at)), DataError);
    assertEquals(
      error.message,
      `${path}: reading it needs a permission: run deno again with --allow-read=mnist`,
    );
    assertEquals(error.cause, denied);
  }
});

Deno.test("what is missing, is no folder, or cannot be read is told apart", async () => {
  const cases: [Error, string][] = [
    [new Deno.errors.NotFound("x"), "must be a folder, but it does not exist"],
    [new Deno.errors.NotADirectory("x"), "must be a folder, but it is a file"],
    [
      new Deno.errors.PermissionDenied("Permission denied (os error 13)"),
      "cannot be read: Permission denied (os error 13)",
    ],
  ];
  for (const [error, text] of cases) {
    await assertRejects(() => loadIdxFolder("mnist", failing(error, "readDir")), DataError, `mnist: ${text}`);
  }
  await assertRejects(
    () => loadIdxFolder("mnist", failing(new Error("disk failure"), "readFile")),
    DataError,
    "mnist/t10k-images-idx3-ubyte: cannot be read: disk failure",
  );
});

Deno.test("an error in the program itself is not taken for one in the data", async () => {
  await assertRejects(
    () => loadIdxFolder("mnist", failing(new TypeError("a bug"), "readDir")),
    TypeError,
    "a bug",
  );
});

Deno.test({
  name: "without permission, Deno itself refuses, and the error names the flag",
  permissions: "none",
  fn: async () => {
    await assertRejects(() => loadIdxFolder("some folder"), DataError, "--allow-read='some folder'");
  },
});

Deno.test({
  name:
    "a folder on disk is read, and a missing one and a file are refused (needs --allow-read=. --allow-write=.test)",
  ignore: !mayUseDisk,
  fn: () =>
    inFolder(async (dir) => {
      await assertRejects(() => loadIdxFolder(dir), DataError, "but it holds no files");
      await Deno.writeFile(`${dir}/t10k-images-idx3-ubyte.gz`, await gzip(test.images));
      await Deno.writeFile(`${dir}/t10k-labels-idx1-ubyte`, test.labels);
      const split = await loadIdxFolder(dir);
      assertEquals([split.train.count, split.heldOut.count], [9, 1]);
      await assertRejects(() => loadIdxFolder(`${dir}/none`), DataError, "but it does not exist");
      await assertRejects(
        () => loadIdxFolder(`${dir}/t10k-labels-idx1-ubyte`),
        DataError,
        "but it is a file",
      );
    }),
});

Deno.test("one in ten of the only pair is held out, to the nearest whole number, and at least one", async () => {
  const heldOut = [[2, 1], [4, 1], [14, 1], [15, 2], [19, 2], [24, 2], [26, 3], [99, 10], [104, 10], [
    106,
    11,
  ]];
  for (const [count, expected] of heldOut) {
    const { images, labels } = files(count!, 1);
    const split = await loadIdxFolder(
      "mnist",
      memory({ "train-images-idx3-ubyte": images, "train-labels-idx1-ubyte": labels }),
    );
    assertEquals([split.heldOut.count, split.train.count], [expected, count! - expected!], `of ${count}`);
  }
});
