// SIMD kernels on the shared memory of tfjs's wasm engine.
// Written by `deno task simd` from `interface.ts`: change that, and run it again.
//
// A kernel does one chunk of its job. Chunks never write the same number, and no sum depends on how it is cut into chunks:
// the bits are the same with any number of threads. Matrices lie row by row, in single precision.

import {
  ProductArguments,
  MirrorArguments,
  SymmetricArguments,
  BlasArguments,
  MixArguments,
  InnerProductsArguments,
  DotsArguments,
  ScaleRowsArguments,
  SquaredDistancesArguments,
  DifferencesArguments,
  CopyArguments,
  BinaryArguments,
  SumsArguments,
  CopyRowsArguments,
  ElementaryArguments,
  FactorArguments,
  CongruencesArguments,
  BernoulliEnergiesArguments,
  BernoulliSlopesArguments,
  AddBiasAndActivateArguments,
  SlopesArguments,
  SlopesAndSumsArguments,
  TransposedSlopesArguments,
  PushUnitsArguments,
  UnitGradientsArguments,
  SumsOfSquaresArguments,
  AdamArguments,
  PatchesArguments,
  OverlapArguments,
  PatchProductsArguments,
  OverlapProductsArguments,
  PatchGradientsArguments,
} from "./arguments";
import { product, mirror, symmetric, blas } from "./product";
import { mix, innerProducts } from "./few_rows";
import { dots, scaleRows, squaredDistances, differences, copy } from "./rows";
import { binary, sums, copyRows } from "./elementwise";
import { elementary } from "./elementary";
import { patches, overlap } from "./patches";
import { factor } from "../../linalg/factor_on_heap";
import { congruences } from "../../linalg/congruence";
import { bernoulliEnergies, bernoulliSlopes } from "../../model/bernoulli";
import { addBiasAndActivate, slopes, slopesAndSums } from "../../network/layer_rows";
import { patchProducts, overlapProducts, patchGradients } from "../../network/patch_products";
import { transposedSlopes, pushUnits, unitGradients } from "../../network/unit_tangents";
import { sumsOfSquares, adam } from "../../training/adam";
export { perform, performAll, performAlone, serve } from "./team";

/** Does a chunk of a job of kernel number `kernel`. */
export function run(kernel: i32, args: usize, chunk: i32, scratch: usize): void {
  switch (kernel) {
    case 0: product(changetype<ProductArguments>(args), chunk, scratch); break;
    case 1: mirror(changetype<MirrorArguments>(args), chunk, scratch); break;
    case 2: symmetric(changetype<SymmetricArguments>(args), chunk, scratch); break;
    case 3: blas(changetype<BlasArguments>(args), chunk, scratch); break;
    case 4: mix(changetype<MixArguments>(args), chunk, scratch); break;
    case 5: innerProducts(changetype<InnerProductsArguments>(args), chunk, scratch); break;
    case 6: dots(changetype<DotsArguments>(args), chunk, scratch); break;
    case 7: scaleRows(changetype<ScaleRowsArguments>(args), chunk, scratch); break;
    case 8: squaredDistances(changetype<SquaredDistancesArguments>(args), chunk, scratch); break;
    case 9: differences(changetype<DifferencesArguments>(args), chunk, scratch); break;
    case 10: copy(changetype<CopyArguments>(args), chunk, scratch); break;
    case 11: binary(changetype<BinaryArguments>(args), chunk, scratch); break;
    case 12: sums(changetype<SumsArguments>(args), chunk, scratch); break;
    case 13: copyRows(changetype<CopyRowsArguments>(args), chunk, scratch); break;
    case 14: elementary(changetype<ElementaryArguments>(args), chunk, scratch); break;
    case 15: factor(changetype<FactorArguments>(args), chunk, scratch); break;
    case 16: congruences(changetype<CongruencesArguments>(args), chunk, scratch); break;
    case 17: bernoulliEnergies(changetype<BernoulliEnergiesArguments>(args), chunk, scratch); break;
    case 18: bernoulliSlopes(changetype<BernoulliSlopesArguments>(args), chunk, scratch); break;
    case 19: addBiasAndActivate(changetype<AddBiasAndActivateArguments>(args), chunk, scratch); break;
    case 20: slopes(changetype<SlopesArguments>(args), chunk, scratch); break;
    case 21: slopesAndSums(changetype<SlopesAndSumsArguments>(args), chunk, scratch); break;
    case 22: transposedSlopes(changetype<TransposedSlopesArguments>(args), chunk, scratch); break;
    case 23: pushUnits(changetype<PushUnitsArguments>(args), chunk, scratch); break;
    case 24: unitGradients(changetype<UnitGradientsArguments>(args), chunk, scratch); break;
    case 25: sumsOfSquares(changetype<SumsOfSquaresArguments>(args), chunk, scratch); break;
    case 26: adam(changetype<AdamArguments>(args), chunk, scratch); break;
    case 27: patches(changetype<PatchesArguments>(args), chunk, scratch); break;
    case 28: overlap(changetype<OverlapArguments>(args), chunk, scratch); break;
    case 29: patchProducts(changetype<PatchProductsArguments>(args), chunk, scratch); break;
    case 30: overlapProducts(changetype<OverlapProductsArguments>(args), chunk, scratch); break;
    case 31: patchGradients(changetype<PatchGradientsArguments>(args), chunk, scratch); break;
  }
}
