/**
 * Maps of the latent space that preserve its prior, and which posteriors they keep factorised: what makes a model unique.
 * Plain arrays in double precision.
 *
 * @module
 */

export { align, type Alignment } from "./align.ts";
export { characteristicFunction } from "./characteristic_function.ts";
export { crossCumulants } from "./cross_cumulants.ts";
export type { Factor } from "./factor.ts";
export { factorisationGap } from "./factorisation_gap.ts";
export { fourthCumulant } from "./fourth_cumulant.ts";
export type { Matrix, Vector } from "./matrix.ts";
export { mixedComponents } from "./mixed_components.ts";
export { planeRotation } from "./plane_rotation.ts";
export { planeMeanFieldGap } from "./plane_mean_field_gap.ts";
export { preservesMeanField } from "./preserves_mean_field.ts";
export { meanFieldGap } from "./mean_field_gap.ts";
export { signedPermutation } from "./signed_permutation.ts";
export { swirl } from "./swirl.ts";
export { transformFirstLayer } from "./transform_first_layer.ts";
export { type Gaussian, transformGaussian } from "./transform_gaussian.ts";
export { unswirl } from "./unswirl.ts";
