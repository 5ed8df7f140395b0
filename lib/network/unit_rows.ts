import { drawn, integers, type Key, tf } from "../engine/mod.ts";

/** The numbers of {@link unitRows}. */
function unitNumbers(columns: ArrayLike<number>, latent: number): Float32Array {
  const rows = new Float32Array(columns.length * latent);
  Array.from(columns).forEach((column, example) => {
    if (!Number.isInteger(column) || column < 0 || column >= latent) {
      throw new RangeError(
        `unitRows: the column of example ${example} must be a whole number from 0 to ${
          latent - 1
        }, but it is ${column}`,
      );
    }
    rows[example * latent + column] = 1;
  });
  return rows;
}

/**
 * One unit vector per example, as the single tangent that picks a column of its Jacobian.
 *
 * @param columns an index from 0 to d − 1 for each example
 * @param latent d
 * @returns `[batch, 1, latent]`
 * @throws RangeError for an index out of range
 */
export function unitRows(columns: ArrayLike<number>, latent: number): tf.Tensor {
  return tf.tensor(unitNumbers(columns, latent), [columns.length, 1, latent]);
}

/** The same for columns that are drawn, each of d as likely as any. */
export function drawnUnitRows(key: Key, batch: number, latent: number): tf.Tensor {
  return drawn(key, [batch, 1, latent], (from) => unitNumbers(integers(from, batch, latent), latent));
}

/** All unit vectors, for each example: `[batch, latent, latent]`. */
export function unitVectors(batch: number, latent: number): tf.Tensor {
  const rows = new Float32Array(batch * latent * latent);
  for (let i = 0; i < rows.length; i += latent * latent) {
    for (let j = 0; j < latent; j++) rows[i + j * (latent + 1)] = 1;
  }
  return tf.tensor(rows, [batch, latent, latent]);
}
