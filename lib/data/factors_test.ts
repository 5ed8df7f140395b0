import { assert, assertEquals, AssertionError, assertThrows } from "@std/assert";
import fc from "fast-check";
import { falseAlarm, suiteKey as key } from "../../fixtures/suite_seed.ts";
import { cloneKey, foldIn, type Key } from "../engine/key.ts";
import type { Dataset, Factors } from "./dataset.ts";
import {
  gridClasses,
  gridCount,
  gridFactors,
  gridIndex,
  sampleImages,
  samplePairs,
  sampleSame,
} from "./factors.ts";
import { select } from "./select.ts";

const anyValues = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 })
  .map((sizes) => sizes.map((size) => Array.from({ length: size }, (_, i) => i / 2)));
const grid = (values: readonly (readonly number[])[]): Factors =>
  gridFactors(values.map((_, i) => `f${i}`), values);

Deno.test("index and classes of a grid are each other's inverse, the last factor changing first", () => {
  fc.assert(fc.property(anyValues, (values) => {
    const factors = grid(values);
    const count = values.reduce((product, { length }) => product * length, 1);
    assertEquals(gridCount(factors), count);
    // Counting by hand: an odometer.
    const odometer = values.map(() => 0);
    for (let i = 0; i < count; i++) {
      assertEquals([...gridClasses(factors, i)], odometer);
      assertEquals([...factors.classes([i])], odometer);
      assertEquals(gridIndex(factors, odometer), i);
      for (let f = values.length - 1; f >= 0 && ++odometer[f]! === values[f]!.length; f--) odometer[f] = 0;
    }
  }));
});

Deno.test("a class or an index that the grid lacks is refused with the factor's name", () => {
  const factors = gridFactors(["shape", "x"], [["a", "b"], [0, 1, 2]]);
  const refused = (act: () => void, text: string): void => void assertThrows(act, RangeError, text);
  refused(
    () => gridIndex(factors, [0, 3]),
    "gridIndex: the class of x must be a whole number from 0 to 2, but it is 3",
  );
  refused(
    () => gridIndex(factors, [.5, 1]),
    "gridIndex: the class of shape must be a whole number from 0 to 1, but it is 0.5",
  );
  refused(() => gridIndex(factors, [1]), "gridIndex: 2 classes are required, but there are 1");
  refused(
    () => gridClasses(factors, 6),
    "gridClasses: the index must be a whole number from 0 to 5, but it is 6",
  );
});

/** The images of a grid, or of some places of it in a list; of the latter, nothing but the classes tells. */
function setOf(factors: Factors, places: readonly number[] | null): Dataset {
  const shown = places === null ? factors : {
    names: factors.names,
    values: factors.values,
    classes: (indices: ArrayLike<number>) => factors.classes(Array.from(indices, (i) => places[i]!)),
  };
  const count = places?.length ?? gridCount(factors);
  return {
    name: "set",
    images: new Uint8Array(count),
    labels: null,
    height: 1,
    width: 1,
    count,
    factors: shown,
  };
}
const VALUES = [[0, 1], [0, 1, 2], [0, 1, 2, 3]];
const WHOLE = setOf(grid(VALUES), null);
const SETS: Readonly<Record<string, Dataset>> = {
  "a grid": WHOLE,
  "a grid in another order": select(
    WHOLE,
    Array.from({ length: 24 }, (_, i) => (7 * i + 3) % 24),
    "shuffled",
  ),
  // Every second image has the first class of f0 and f1, so that classes are not equally frequent.
  "a list": setOf(grid(VALUES), Array.from({ length: 24 }, (_, i) => i % 2 === 0 ? i / 2 % 4 : i)),
};
type Same = typeof sampleSame;
type Pairs = typeof samplePairs;

/** Requires images drawn with one factor fixed to have one class of it, and all images that have it, equally often. */
function assertSame(draw: Same): void {
  for (const dataset of Object.values(SETS)) {
    for (let f = 0; f < 3; f++) {
      for (let run = 0; run < 8; run++) {
        const drawn = draw(dataset, key(100 * f + run), 700, f);
        assertEquals(drawn.length, 700);
        const fixed = dataset.factors!.classes(drawn.subarray(0, 1))[f]!;
        const members = [...Array(dataset.count).keys()].filter((i) =>
          dataset.factors!.classes([i])[f] === fixed
        );
        assertEquals([...new Set(drawn)].filter((i) => !members.includes(i)), []);
        // Of at most 18 members each is missed with probability (17/18)^700 = 4e-18.
        assertEquals(new Set(drawn).size, members.length);
      }
    }
  }
}

/** Requires pairs to share one factor's class, and the others to be those of any image with it. */
function assertPairs(draw: Pairs): void {
  falseAlarm(4.7e-8);
  for (const dataset of Object.values(SETS)) {
    for (let f = 0; f < 3; f++) {
      const [one, other] = draw(dataset, key(7 + f), 4000, f);
      const [a, b] = [one, other].map((drawn) => dataset.factors!.classes(drawn));
      const counts = new Map<string, number>();
      let equal = 0;
      for (let i = 0; i < 4000; i++) {
        assertEquals(a![3 * i + f], b![3 * i + f]);
        if (one[i] === other[i]) equal++;
        counts.set(`${one[i]}`, (counts.get(`${one[i]}`) ?? 0) + 1);
      }
      // The first is any image: each of 24 has 167 ± 12.7. The 216 counts stray by 7 deviations with probability 6.4e-9 in all.
      assertEquals(counts.size, 24);
      for (const n of counts.values()) assert(Math.abs(n - 4000 / 24) < 7 * 12.7, `${n}`);
      // The other is any image of the same class: the same one at a rate of Σ_classes 1/24, classes/24 in all. The
      // 9 counts stray by 6 deviations with probability 4e-8 in all.
      const classes = new Set(
        dataset.factors!.classes([...Array(24).keys()]).filter((_, i) => i % 3 === f),
      ).size;
      const [p, n] = [classes / 24, 4000];
      assert(Math.abs(equal - n * p) < 6 * Math.sqrt(n * p * (1 - p)), `${equal} of ${n}, p = ${p}`);
    }
  }
}

Deno.test("images with one factor fixed are all images of one class, and pairs share a class and nothing else", () => {
  assertSame(sampleSame);
  assertPairs(samplePairs);
});

Deno.test("the checks of draws reject faults", () => {
  const any = (dataset: Dataset, k: Key, count: number): Uint32Array =>
    sampleImages(dataset, cloneKey(k), count);
  const other = (k: Key): Key => foldIn(cloneKey(k), 1);
  const same: Readonly<Record<string, Same>> = {
    "nothing fixed": any,
    "another factor fixed": (d, k, n, f) => sampleSame(d, k, n, (f + 1) % 3),
    "one image only": (d, k, n) => new Uint32Array(n).fill(any(d, k, 1)[0]!),
    "neighbours": (d, k, n) => any(d, k, n).fill(any(d, k, 1)[0]! & ~1),
  };
  for (const [name, draw] of Object.entries(same)) {
    assertThrows(() => assertSame(draw), AssertionError, "", name);
  }
  const pairs: Readonly<Record<string, Pairs>> = {
    "independent": (d, k, n) => [any(d, k, n), any(d, other(k), n)],
    "the same image": (d, k, n) => [any(d, k, n), any(d, k, n)],
    "one class for all pairs": (d, k, n, f) => [
      sampleSame(d, cloneKey(k), n, f),
      sampleSame(d, cloneKey(k), n, f),
    ],
    "another factor": (d, k, n, f) => samplePairs(d, k, n, (f + 1) % 3),
  };
  for (const [name, draw] of Object.entries(pairs)) {
    assertThrows(() => assertPairs(draw), AssertionError, "", name);
  }
});

Deno.test("draws of images without factors, or of a factor that there is not, are refused", () => {
  const { factors: _, ...bare } = SETS["a grid"]!;
  assertThrows(
    () => samplePairs(bare, key(1), 2, 0),
    TypeError,
    "samplePairs: images with known factors are required, but set has none",
  );
  for (const factor of [3, -1, 0.5, NaN]) {
    for (const [name, draw] of Object.entries({ sampleSame, samplePairs })) {
      assertThrows(
        () => draw(SETS["a list"]!, key(1), 2, factor),
        RangeError,
        `${name}: the factor must be 0 to 2 (f0, f1, f2), but it is ${factor}`,
      );
    }
  }
});
