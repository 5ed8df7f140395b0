/**
 * Somebody else's GRAE*, twice: right, and with the mistake that is made most often. Neither knows this package's types.
 *
 * @module
 */

/** (β/2) Σ_i log(1 + ‖J_{:i}‖²/β) for a decoder's Jacobian `[data][latent]`. */
export function regulariser(jacobian: readonly (readonly number[])[], beta: number): number {
  return beta / 2 * sum(squaredColumnNorms(jacobian).map((square) => Math.log1p(square / beta)));
}

/** The same, but with the mean over the latents where the sum belongs. */
export function meanRegulariser(jacobian: readonly (readonly number[])[], beta: number): number {
  return regulariser(jacobian, beta) / jacobian[0]!.length;
}

function squaredColumnNorms(jacobian: readonly (readonly number[])[]): number[] {
  return jacobian[0]!.map((_, i) => sum(jacobian.map((row) => row[i]! ** 2)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
