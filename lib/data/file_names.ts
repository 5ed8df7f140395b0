/**
 * What a file or an array is by its name.
 *
 * @module
 */

/** What something is of: `emnist-letters-train-images` is images of the part train of emnist-letters. */
export interface Role {
  /** The name of the data set; "" where a name has none. */
  readonly prefix: string;
  /** The part; null where a name has none. */
  readonly part: "train" | "test" | null;
  /** Images, labels, or both in one. */
  readonly kind: "images" | "labels" | "both";
}

/** How a file is read. */
export type Format = "idx" | "numpy" | "csv";

/** A file of a data set. */
export interface DataFile extends Role {
  readonly name: string;
  readonly format: Format;
}

const PREFIX = "(?:(.+?)[-_])?";
const PART = "(train|training|t10k|test|testing)";
const KIND = "(images|imgs|x|labels|targets|y)";
const [PART_KIND, KIND_PART, KIND_ALONE, PART_ALONE] = [
  `^${PREFIX}${PART}[-_]${KIND}$`,
  `^${PREFIX}${KIND}[-_]${PART}$`,
  `^${PREFIX}${KIND}$`,
  `^${PREFIX}${PART}$`,
].map((pattern) => new RegExp(pattern, "i"));

const partOf = (text: string): "train" | "test" => /^train/i.test(text) ? "train" : "test";
const kindOf = (text: string): "images" | "labels" => /^(images|imgs|x)$/i.test(text) ? "images" : "labels";

/** What something is of by its name without an ending: `x_train`, `k49-train-imgs`, `mnist_test`, `labels`. */
export function roleOf(stem: string): Role {
  const [, prefixA = "", part, kind] = PART_KIND!.exec(stem) ?? [];
  if (part) return { prefix: prefixA, part: partOf(part), kind: kindOf(kind!) };
  const [, prefixB = "", kindB, partB] = KIND_PART!.exec(stem) ?? [];
  if (kindB) return { prefix: prefixB, part: partOf(partB!), kind: kindOf(kindB) };
  const [, prefixC = "", kindC] = KIND_ALONE!.exec(stem) ?? [];
  if (kindC) return { prefix: prefixC, part: null, kind: kindOf(kindC) };
  const [, prefixD = "", partD] = PART_ALONE!.exec(stem) ?? [];
  if (partD) return { prefix: prefixD, part: partOf(partD), kind: "both" };
  return { prefix: stem, part: null, kind: "both" };
}

const IDX = /^(.*?(?:images|labels))[-.](?:idx3[-_]ubyte|idx1[-_]ubyte|idx[12][-_]int)(?:\.gz)?$/i;
const NUMPY = /^(.+)\.(?:npy|npy\.gz|npz)$/i;
const CSV = /^(.+)\.csv(?:\.gz)?$/i;

/** A file by its name; null if that is none of a data file. */
export function dataFile(name: string): DataFile | null {
  const idx = IDX.exec(name);
  if (idx) return { name, format: "idx", ...roleOf(idx[1]!) };
  const numpy = NUMPY.exec(name);
  if (numpy) return { name, format: "numpy", ...roleOf(numpy[1]!) };
  const csv = CSV.exec(name);
  if (csv) return { name, format: "csv", ...roleOf(csv[1]!) };
  return null;
}

/** The files of one data set. */
export interface DataFiles {
  readonly format: Format;
  readonly prefix: string;
  readonly files: readonly DataFile[];
}

/** Plain files before gzipped ones, and names with a dash before those with a dot, as MNIST's own are. */
const rank = ({ name }: DataFile): number => (/\.gz$/i.test(name) ? 2 : 0) + (/\.idx\d/i.test(name) ? 1 : 0);

/**
 * The data sets of a folder by their names. Of twins (`….gz` beside its content) one is taken.
 *
 * A sample submission, a table of ids that Kaggle puts beside its data, is none.
 */
export function dataSetsOf(names: readonly string[]): DataFiles[] {
  const sets = new Map<string, DataFile[]>();
  const found = names.filter((name) => !/^sample_?submission/i.test(name)).map(dataFile)
    .filter((file) => file !== null);
  for (const file of found.sort((a, b) => rank(a) - rank(b))) {
    const key = `${file.format}/${file.prefix}`;
    const own = sets.get(key) ?? [];
    if (!own.some(({ part, kind }) => part === file.part && kind === file.kind)) own.push(file);
    sets.set(key, own);
  }
  return [...sets.values()].map((files) => ({ format: files[0]!.format, prefix: files[0]!.prefix, files }));
}
