import { assert, assertEquals } from "@std/assert";
import { type CongruenceSizes, makeCongruences } from "./congruence.ts";
import { type EngineName, normal, startEngine, tf } from "../engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { promisedEngines } from "../engine/promised_engines.ts";
import { wasmHeap } from "../engine/backend/wasm.ts";
import { guardTests } from "../engine/guarded_tests.ts";

guardTests();

const THREADS = navigator.hardwareConcurrency;

/**
 * From one number to what a library makes in several chunks, the last of them a short one; few tangents and many; widths around
 * that from which it does.
 */
const SIZES: readonly CongruenceSizes[] = [
  ...[[1, 1, 1], [3, 2, 5], [5, 3, 131], [75, 8, 67], [9, 40, 70], [67, 5, 128]] as const,
  ...[[75, 8, 63], [75, 8, 64], [75, 8, 65], [40, 64, 64], [20, 65, 64]] as const,
];

const symmetric = (values: Float32Array, n: number): Float32Array =>
  values.map((_, i) => values[Math.max(Math.floor(i / n), i % n) * n + Math.min(Math.floor(i / n), i % n)]!);

/** T M, T M Tᵀ or its diagonal, and ‖t‖², on an engine. */
async function made(
  engine: EngineName,
  threads: number,
  [t, m]: readonly Float32Array[],
  sizes: CongruenceSizes,
  diagonal: boolean,
): Promise<Float32Array[]> {
  await startEngine(engine, { threads });
  const [batch, tangents, width] = sizes;
  const heap = wasmHeap();
  const given = [t!, m!].map((values) => tf.tensor(values));
  const lengths = [
    batch * tangents * width,
    batch * tangents * (diagonal ? 1 : tangents),
    batch * tangents,
  ];
  const outputs = lengths.map((length) => heap.allocate([length]));
  const [ofT, ofM, mapped, products, squares] = [...given, ...outputs].map(heap.offset) as
    & number[]
    & Record<0 | 1 | 2 | 3 | 4, number>;
  makeCongruences(heap, { t: ofT, m: ofM, mapped, products, squares }, sizes, diagonal);
  const values = outputs.map((tensor, i) => heap.view(heap.offset(tensor), lengths[i]!).slice());
  outputs.forEach(heap.release);
  tf.dispose(given);
  return values;
}

/** The same in double precision, each with the sum of the sizes of what it adds up. */
function exact(
  [t, m]: readonly Float32Array[],
  [batch, tangents, width]: CongruenceSizes,
  diagonal: boolean,
): (readonly [value: number, size: number])[][] {
  const row = (b: number, i: number): Float32Array =>
    t!.subarray((b * tangents + i) * width, (b * tangents + i + 1) * width);
  const dot = (x: ArrayLike<number>, y: ArrayLike<number>): readonly [number, number] => {
    let sum = 0, size = 0;
    for (let q = 0; q < x.length; q++) {
      sum += x[q]! * y[q]!;
      size += Math.abs(x[q]! * y[q]!);
    }
    return [sum, size];
  };
  const mapped = [], products = [], squares = [];
  for (let b = 0; b < batch; b++) {
    const rows = Array.from({ length: tangents }, (_, i) => row(b, i));
    const through = rows.map((x) =>
      Array.from({ length: width }, (_, q) => dot(x, m!.subarray(q * width, (q + 1) * width)))
    );
    for (const [i, x] of rows.entries()) {
      mapped.push(...through[i]!);
      squares.push(dot(x, x));
      for (const [j, y] of rows.entries()) {
        if (diagonal && i !== j) continue;
        const [values, sizes] = [0, 1].map((part) => through[i]!.map((both) => both[part as 0 | 1]));
        products.push([dot(values!, y)[0], dot(sizes!, y.map(Math.abs))[0]] as const);
      }
    }
  }
  return [mapped, products, squares];
}

for (const engine of await promisedEngines("wasm", "native")) {
  Deno.test({
    name:
      `congruences of a symmetric matrix are near the exact ones, and the same with one thread and with all (${engine})`,
    fn: async () => {
      for (const sizes of SIZES) {
        const [batch, tangents, width] = sizes;
        const given = [
          normal(key(1), batch * tangents * width),
          symmetric(normal(key(2), width ** 2), width),
        ];
        for (const diagonal of [false, true]) {
          const expected = exact(given, sizes, diagonal);
          const values = await made(engine, 1, given, sizes, diagonal);
          assertEquals(await made(engine, THREADS, given, sizes, diagonal), values, `${sizes}`);
          for (const [part, numbers] of expected.entries()) {
            assertEquals(values[part]!.length, numbers.length);
            for (const [i, [value, size]] of numbers.entries()) {
              const off = Math.abs(values[part]![i]! - value);
              assert(
                off <= 16 * 2 ** -24 * size,
                `${sizes}, part ${part}, ${i}: ${values[part]![i]} for ${value}`,
              );
            }
          }
        }
      }
    },
  });
}
