import { assertEquals } from "@std/assert";
import { dataFile, dataSetsOf, roleOf } from "./file_names.ts";

/** Names as people have them, with the format, the data set, the part and the kind. */
const KNOWN:
  readonly (readonly [name: string, format: string, prefix: string, part: string | null, kind: string])[] = [
    ["train-images-idx3-ubyte", "idx", "", "train", "images"],
    ["t10k-labels-idx1-ubyte.gz", "idx", "", "test", "labels"],
    ["train-images.idx3-ubyte", "idx", "", "train", "images"],
    ["emnist-letters-train-images-idx3-ubyte.gz", "idx", "emnist-letters", "train", "images"],
    ["emnist-byclass-test-labels-idx1-ubyte", "idx", "emnist-byclass", "test", "labels"],
    ["qmnist-train-labels-idx2-int.gz", "idx", "qmnist", "train", "labels"],
    ["k49-train-imgs.npz", "numpy", "k49", "train", "images"],
    ["k49-test-labels.npy", "numpy", "k49", "test", "labels"],
    ["x_train.npy", "numpy", "", "train", "images"],
    ["y_test.npy", "numpy", "", "test", "labels"],
    ["train_images.npy.gz", "numpy", "", "train", "images"],
    ["images.npy", "numpy", "", null, "images"],
    ["mnist.npz", "numpy", "mnist", null, "both"],
    ["mnist_train.csv", "csv", "mnist", "train", "both"],
    ["fashion-mnist_test.csv", "csv", "fashion-mnist", "test", "both"],
    ["train.csv", "csv", "", "train", "both"],
    ["digits.csv", "csv", "digits", null, "both"],
  ];

Deno.test("files are known by the names that people have", () => {
  for (const [name, format, prefix, part, kind] of KNOWN) {
    assertEquals(dataFile(name), { name, format, prefix, part, kind } as never, name);
  }
  for (const name of ["README.md", "a.png", "train-images", "x.zip", "train-images-idx3-ubyte.part"]) {
    assertEquals(dataFile(name), null, name);
  }
});

Deno.test("arrays are known by the same names", () => {
  assertEquals(roleOf("x_train"), { prefix: "", part: "train", kind: "images" });
  assertEquals(roleOf("test_labels"), { prefix: "", part: "test", kind: "labels" });
  assertEquals(roleOf("arr_0"), { prefix: "arr_0", part: null, kind: "both" });
});

Deno.test("a folder's files fall into data sets; plain files go before gzipped ones", () => {
  const sets = dataSetsOf([
    "train-images-idx3-ubyte.gz",
    "train-images.idx3-ubyte",
    "train-images-idx3-ubyte",
    "emnist-letters-train-images-idx3-ubyte",
    "train.csv",
    "sample_submission.csv",
    "README.md",
  ]);
  const shown = sets.map(({ format, prefix, files }) =>
    [format, prefix, ...files.map(({ name }) => name)].join(" ")
  );
  assertEquals(shown.sort(), [
    "csv  train.csv",
    "idx  train-images-idx3-ubyte",
    "idx emnist-letters emnist-letters-train-images-idx3-ubyte",
  ]);
});
