/**
 * Batched linear algebra on small symmetric positive definite matrices, differentiable.
 *
 * @module
 */

export { cholesky } from "./cholesky.ts";
export { gramOf, type IdentityPlusGram, identityPlusGram } from "./identity_plus_gram.ts";
export { logDeterminant } from "./log_determinant.ts";
export { assertBlock, blockMask, triangle } from "./masks.ts";
export { NotPositiveDefiniteError } from "./not_positive_definite.ts";
export { orthogonalMatrix } from "./orthogonal_matrix.ts";
export { requirePositiveDefinite } from "./require_positive_definite.ts";
export { smallestEigenvalue } from "./smallest_eigenvalue.ts";
export { spdInverse } from "./spd_inverse.ts";
export { spdSolve } from "./spd_solve.ts";
export { squaredColumnNorms } from "./squared_column_norms.ts";
