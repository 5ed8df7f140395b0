// SIMD kernels on the shared memory of tfjs's wasm engine, in AssemblyScript. `deno task simd` compiles them to
// kernels.wasm; a test compiles them again and compares. All addresses are byte offsets of float32 arrays, row by row.
//
// A kernel does one chunk of its job. Chunks never share a number that they write, and no sum depends on how it is cut
// into chunks: the bits are the same with any number of threads.

import { congruences } from "../../linalg/congruence";
import { factor } from "../../linalg/factor_on_heap";
import { bernoulliEnergies, bernoulliSlopes } from "../../model/bernoulli";
import { finish, slopes, slopesAndSums } from "../../network/layer_rows";
import { pushUnits, steps, unitGradients } from "../../network/unit_tangents";
import { adam, squares } from "../../training/adam";
import { elementary } from "./elementary";
import { binary, copyRows, sums } from "./elementwise";
import { innerProducts, mix } from "./few_rows";
import { blas, mirror, product, symmetric } from "./product";
import { copy, differences, dots, scaleRows, squaredDistances } from "./rows";
export { perform, performAll, performAlone, serve } from "./team";

/** The kernels by number, as `kernels.ts` has them. */
export function run(kernel: i32, args: usize, chunk: i32, scratch: usize): void {
  switch (kernel) {
    case 0: product(args, chunk, scratch); break;
    case 1: mirror(args, chunk); break;
    case 2: adam(args, chunk); break;
    case 3: finish(args, chunk); break;
    case 4: slopesAndSums(args, chunk); break;
    case 5: slopes(args, chunk); break;
    case 6: dots(args, chunk); break;
    case 7: scaleRows(args, chunk); break;
    case 8: squaredDistances(args, chunk); break;
    case 9: differences(args, chunk); break;
    case 10: factor(args, chunk, scratch); break;
    case 11: blas(args, chunk); break;
    case 12: mix(args, chunk); break;
    case 13: binary(args, chunk); break;
    case 14: copy(args, chunk); break;
    case 15: innerProducts(args, chunk); break;
    case 16: sums(args, chunk); break;
    case 17: copyRows(args, chunk); break;
    case 18: steps(args, chunk); break;
    case 19: unitGradients(args, chunk, scratch); break;
    case 20: pushUnits(args, chunk, scratch); break;
    case 21: congruences(args, chunk, scratch); break;
    case 22: symmetric(args, chunk, scratch); break;
    case 23: squares(args, chunk); break;
    case 24: elementary(args, chunk); break;
    case 25: bernoulliEnergies(args, chunk); break;
    case 26: bernoulliSlopes(args, chunk); break;
  }
}
