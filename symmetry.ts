/**
 * Maps of the latent space that preserve its prior, and which posteriors they keep factorised: what makes a model unique. Plain
 * arrays in double precision.
 *
 * ```ts
 * import { planeRotation, preservesMeanField } from "./symmetry.ts";
 *
 * const r = planeRotation(3, 0, 1, 0.5);
 * console.assert(preservesMeanField(r, [2, 2, 7]) && !preservesMeanField(r, [2, 7, 7]));
 * ```
 *
 * @module
 */

export {
  align,
  type Alignment,
  characteristicFunction,
  crossCumulants,
  type Factor,
  factorisationGap,
  fourthCumulant,
  type Gaussian,
  type Matrix,
  meanFieldGap,
  mixedComponents,
  planeMeanFieldGap,
  planeRotation,
  preservesMeanField,
  signedPermutation,
  swirl,
  transformFirstLayer,
  transformGaussian,
  unswirl,
  type Vector,
} from "./lib/symmetry/mod.ts";
