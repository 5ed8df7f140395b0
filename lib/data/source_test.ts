import { assertEquals, assertRejects } from "@std/assert";
import { npy, utf8, zip } from "../../fixtures/data_files.ts";
import { load, MNIST, refusal, train, write } from "../../fixtures/data_folder.ts";
import { onDisk } from "../../fixtures/temporary_folder.ts";
import { denoCommand, inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { childCommand } from "../../tools/process.ts";
import { DataError } from "./error.ts";
import { gzip } from "./gzip.ts";
import { loadImageData } from "./image_data.ts";
import { listingOf } from "./reading.ts";

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
      // A link to a folder is a folder, and one to a file a file.
      await write(dir, { "elsewhere/x": "", "list/file": "" });
      for (const [target, name] of [["../elsewhere", "folder"], ["file", "other"], ["gone", "gone"]]) {
        const args = ["run", "-A", `${dir}/make.ts`, target!, `${dir}/list/${name}`];
        await childCommand(denoCommand!, { args }).output();
      }
      assertEquals(await listingOf(`${dir}/list`), { files: ["file", "gone", "other"], folders: ["folder"] });
    }),
});

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
