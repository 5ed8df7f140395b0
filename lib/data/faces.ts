/**
 * Small faces in colour with known attributes, drawn from parts.
 *
 * Source: *Pixel Art* by DiceBear, npm's `@dicebear/pixel-art` (design: CC0 1.0; code: MIT).
 *
 * @module
 */

import type { Options } from "@dicebear/pixel-art";
import { cloneKey, type Key } from "../engine/key.ts";
import { resvg } from "../embedded/rasteriser.ts";
import type { Dataset, Split } from "./dataset.ts";
import { DataError } from "./error.ts";
import { drawDistinct, factorsAt, gridClasses, gridCount, gridFactors } from "./factors.ts";
import { fingerprint, sha256 } from "./fingerprint.ts";
import { held } from "./held.ts";
import { holdOut } from "./hold_out.ts";
import { joined } from "./inflate.ts";

/** Which faces are drawn. */
export interface FacesOptions {
  /** The key of the draws; one that is the same for all if left out. */
  readonly key?: Key;
  /** How many faces, 2 to 100,000; 4,000 if left out. */
  readonly count?: number;
  /** Rows and columns, a multiple of 16; 64 if left out. */
  readonly size?: number;
  /** A folder where drawn faces are kept; they are drawn each time (1 ms a face) if left out. */
  readonly cache?: string | null;
}

const PACKAGE = "npm:@dicebear/pixel-art@9.4.3";
/** The side of a face as it is drawn. */
const SIDE = 16;
const BYTES = SIDE * SIDE * 3;
/** The key of the faces that come without one: the letters of "faces". */
const KEY: Key = [0x66616365, 0x73000000];

/** The attributes by the package's options, with their values. */
const ATTRIBUTES = {
  backgroundColor: ["b6e3f4", "c0aede", "ffd5dc", "ffdfbf", "c8e6c9", "455a64"],
  skinColor: ["ffdbac", "e0b687", "cb9e6e", "a26d3d", "8d5524"],
  hair: [
    ...["short01", "short03", "short08", "short11", "short16"],
    ...["long01", "long04", "long07", "long12", "long17"],
  ],
  hairColor: ["28150a", "603a14", "cab188", "bd1700", "009bbd"],
  eyes: ["variant01", "variant02", "variant04", "variant07", "variant10"],
  mouth: ["happy01", "happy05", "happy09", "happy12", "sad01", "sad04", "sad09"],
  glasses: ["none", "light01", "light03", "light06"],
  clothing: ["variant01", "variant07", "variant12", "variant15"],
  clothingColor: ["5bc0de", "03396c", "00b159", "d11141", "ffd969"],
} as const;
type Attribute = keyof typeof ATTRIBUTES;

const NAMES: Readonly<Record<Attribute, string>> = {
  backgroundColor: "background",
  skinColor: "skin",
  hair: "hair",
  hairColor: "hair colour",
  eyes: "eyes",
  mouth: "mouth",
  glasses: "glasses",
  clothing: "clothing",
  clothingColor: "clothing colour",
};
const OPTIONS = Object.keys(ATTRIBUTES) as Attribute[];

/** What is not varied; with one value for each option, the package draws nothing from its seed. */
const FIXED = {
  seed: "faces",
  eyesColor: ["588387"],
  mouthColor: ["c98276"],
  glassesColor: ["323232"],
  ...{ accessoriesProbability: 0, beardProbability: 0, hatProbability: 0 },
};

/** The attributes of all faces that there are: colours in hexadecimal, parts by the package's names. */
export const FACES = gridFactors(
  OPTIONS.map((option) => NAMES[option]),
  OPTIONS.map((option) => ATTRIBUTES[option]),
);

/** Draws faces by their indices in the grid of all: bytes `[16 · 16 · 3]`. */
export async function faceRenderer(): Promise<(index: number) => Uint8Array> {
  const [{ createAvatar }, style, { Resvg }] = await Promise.all([
    import("@dicebear/core"),
    import("@dicebear/pixel-art"),
    resvg(),
  ]);
  return (index) => {
    const classes = gridClasses(FACES, index);
    const values = Object.fromEntries(
      OPTIONS.map((option, f) => [option, [ATTRIBUTES[option][classes[f]!]]]),
    );
    const { glasses, ...others } = values, worn = glasses![0] !== "none";
    const look = { ...FIXED, ...others, glassesProbability: worn ? 100 : 0, ...(worn && { glasses }) };
    const svg = createAvatar(style, look as Parameters<typeof createAvatar<Options>>[1]).toString();
    // Half of the time goes into the author's name and licence, which a picture does not show.
    const drawing = new Resvg(svg.replace(/<metadata\b.*?<\/metadata>/s, ""));
    const image = drawing.render(), { pixels } = image;
    const out = new Uint8Array(BYTES);
    for (let at = 0; at < BYTES; at++) out[at] = pixels[4 * Math.floor(at / 3) + at % 3]!;
    image.free();
    drawing.free();
    return out;
  };
}

/** Faces of 16 × 16 by their indices, drawn. */
async function drawn(indices: Uint32Array): Promise<Uint8Array<ArrayBuffer>> {
  const draw = await faceRenderer();
  const out = new Uint8Array(indices.length * BYTES);
  indices.forEach((index, i) => out.set(draw(index), i * BYTES));
  return out;
}

const digestOf = (...bytes: Uint8Array[]): Uint8Array =>
  bytes.reduce((hash, part) => hash.update(part), sha256()).digest();
const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Faces by their indices, from a file of a folder: their bytes, then the SHA-256 of these; drawn, and kept, where there is none. */
async function keptIn(folder: string, indices: Uint32Array): Promise<Uint8Array> {
  const recipe = new TextEncoder().encode(JSON.stringify([PACKAGE, ATTRIBUTES, FIXED, [...indices]]));
  const path = `${folder}/faces-${hex(digestOf(recipe)).slice(0, 16)}.bin`;
  const file = await Deno.readFile(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return new Uint8Array(0);
    throw new DataError(path, `faces are kept here, but it cannot be read: ${error.message}`, {
      cause: error,
    });
  });
  const length = indices.length * BYTES, found = file.subarray(0, length);
  if (file.length === length + 32 && hex(digestOf(found)) === hex(file.subarray(length))) return found;
  const faces = await drawn(indices);
  const temporary = `${path}.${crypto.randomUUID()}`;
  try {
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeFile(temporary, joined([faces, digestOf(faces)]));
    await Deno.rename(temporary, path);
  } catch (error) {
    const cause = error as Error;
    await Deno.remove(temporary).catch(() => {});
    throw new DataError(path, `faces are to be kept here, but it cannot be written: ${cause.message}`, {
      cause,
    });
  }
  return faces;
}

/** Pictures of 16 × 16 with each pixel repeated: bytes `[batch, size · size · 3]`. */
function enlarged(faces: Uint8Array, size: number, indices: ArrayLike<number>): Uint8Array {
  const times = size / SIDE, out = new Uint8Array(indices.length * size * size * 3);
  for (let i = 0, at = 0; i < indices.length; i++) {
    const start = indices[i]! * BYTES;
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        const from = start + 3 * (SIDE * Math.floor(row / times) + Math.floor(column / times));
        for (let c = 0; c < 3; c++) out[at++] = faces[from + c]!;
      }
    }
  }
  return out;
}

/**
 * Faces in colour, drawn at random from 4.2 million, none twice, with their attributes as factors: background, skin, hair and its
 * colour, eyes, mouth, glasses, clothing and its colour, all independent. One in ten is held out. They are drawn on 16 × 16 pixels,
 * each of which is repeated in a larger size.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadFaces } from "./faces.ts";
 *
 * const { train, heldOut } = await loadFaces({ count: 20, size: 16 });
 * assertEquals([train.count, heldOut.count, train.channels], [18, 2, 3]);
 * ```
 *
 * @throws (rejects) RangeError if a number is out of its range; DataError if the folder cannot be read or written
 */
export async function loadFaces(options: FacesOptions = {}): Promise<Split> {
  const { key = cloneKey(KEY), count = 4_000, size = 64, cache = null } = options;
  if (!Number.isInteger(count) || count < 2 || count > 100_000) {
    throw new RangeError(`loadFaces: count must be a whole number from 2 to 100000, but it is ${count}`);
  }
  if (!Number.isInteger(size / SIDE) || size < SIDE || size > 256) {
    throw new RangeError(
      `loadFaces: size must be a multiple of ${SIDE} from ${SIDE} to 256, the faces being of ${SIDE} × ${SIDE}, but it is ${size}`,
    );
  }
  const indices = drawDistinct(key, count, gridCount(FACES));
  const faces = cache === null ? await drawn(indices) : await keptIn(cache, indices);
  const all: Dataset = {
    name: `faces of ${size} × ${size}`,
    images: { read: (places) => enlarged(faces, size, places) },
    labels: null,
    ...{ height: size, width: size, channels: 3, count },
    factors: factorsAt(FACES, indices),
  };
  const { train, heldOut, how } = holdOut(held(all));
  return {
    train,
    heldOut,
    source: `${count} ${all.name}, ${PACKAGE}; ${how}`,
    notes: [],
    sha256: await fingerprint(train, heldOut),
  };
}
