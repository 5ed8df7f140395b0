/**
 * Least squares over rows that are seen once: the triangle R of the QR decomposition of all rows so far, [1 | columns] = Q R. What any
 * choice of columns leaves unexplained follows from R alone, without XᵀX, which would square the condition number.
 *
 * Source: G. Golub, C. Van Loan, *Matrix Computations*, "Givens QR methods" and "The full-rank least squares problem".
 *
 * @module
 */

import { Matrix, SingularValueDecomposition } from "ml-matrix";

/** Rows so far. */
export interface Triangle {
  /** How many columns a row has, the constant not among them. */
  readonly columns: number;
  /** R `[columns + 1, columns + 1]`, row by row; its first column is the constant's. */
  readonly values: Float64Array;
  /** How many rows were added. */
  rows: number;
  /** Room for the row that is being added `[columns + 1]`. */
  readonly rest: Float64Array;
}

/** Greater numbers are out: their squares overflow. */
export const LARGEST = 1e150;

/** The triangle of no rows, with this many columns. */
export const emptyTriangle = (columns: number): Triangle => ({
  columns,
  values: new Float64Array((columns + 1) ** 2),
  rows: 0,
  rest: new Float64Array(columns + 1),
});

/**
 * Adds a row `[columns]` by Givens rotations.
 *
 * @throws RangeError if a number is not finite, or beyond {@linkcode LARGEST}
 */
export function addRow(triangle: Triangle, row: ArrayLike<number>): void {
  const { columns, values, rest } = triangle, width = columns + 1;
  rest[0] = 1;
  for (let i = 0; i < columns; i++) {
    if (!(Math.abs(row[i]!) <= LARGEST)) {
      throw new RangeError(`addRow: column ${i} must be finite, but it is ${row[i]}: leave the row out`);
    }
    rest[i + 1] = row[i]!;
  }
  for (let i = 0; i < width; i++) {
    // Its square would be 0.
    if (Math.abs(rest[i]!) < 1 / LARGEST) continue;
    const pivot = values[i * width + i]!, size = Math.sqrt(pivot * pivot + rest[i]! * rest[i]!);
    const cosine = pivot / size, sine = rest[i]! / size;
    for (let j = i; j < width; j++) {
      const [above, below] = [values[i * width + j]!, rest[j]!];
      values[i * width + j] = cosine * above + sine * below;
      rest[j] = cosine * below - sine * above;
    }
  }
  triangle.rows++;
}

/** A column, or a sum of columns with weights: ½Σμ² + ½Σσ² − ½Σlog σ². */
export type Combination = readonly (readonly [column: number, weight: number])[];

/** A column's mean, and its root mean squares with and without the mean. */
export interface Spread {
  readonly mean: number;
  /** √ of the mean square; of a combination the sum of its parts', so that what cancels is known to. */
  readonly size: number;
  /** Standard deviation. */
  readonly deviation: number;
}

/** A combination in the coordinates of R, the constant's first. */
function turned({ columns, values }: Triangle, combination: Combination): Float64Array {
  const width = columns + 1, sum = new Float64Array(width);
  for (const [column, weight] of combination) {
    for (let i = 0; i <= column + 1; i++) sum[i]! += weight * values[i * width + column + 1]!;
  }
  return sum;
}

const squareOf = (vector: Float64Array): number => vector.reduce((sum, value) => sum + value ** 2, 0);

/** The spread of a combination of columns. */
export function spreadOf(triangle: Triangle, combination: Combination): Spread {
  const { rows, values } = triangle;
  if (rows === 0) return { mean: 0, size: 0, deviation: 0 };
  const whole = turned(triangle, combination);
  const size = combination.reduce(
    (sum, [column, weight]) =>
      sum + Math.abs(weight) * Math.sqrt(squareOf(turned(triangle, [[column, 1]])) / rows),
    0,
  );
  return { mean: whole[0]! / values[0]!, size, deviation: Math.sqrt(squareOf(whole.subarray(1)) / rows) };
}

/** A least-squares fit of one column by combinations of others and a constant. */
export interface Fit {
  /** The coefficients of the combinations; of those that cannot be told apart, the ones of least size. */
  readonly coefficients: readonly number[];
  /** The coefficient of 1. */
  readonly constant: number;
  /** √ of the diagonal of (XᵀX)⁻¹, X centred: a coefficient's standard error is this times {@linkcode deviation}. */
  readonly leverage: readonly number[];
  /** Sum of the squares that are left. */
  readonly left: number;
  /** Sum of the squares about the mean. */
  readonly total: number;
  /** Root mean square of the terms, added up: rounding is relative to it. */
  readonly size: number;
  /** Rows less coefficients, the constant among them; below 0 where there are too few rows. */
  readonly freedom: number;
  /** Standard deviation of what is left: √(left / freedom); Infinity where nothing is left over to judge by. */
  readonly deviation: number;
  /** How many combinations can be told apart from each other and the constant. */
  readonly rank: number;
  /** Which of them cannot; empty at full rank. */
  readonly entangled: readonly number[];
}

/**
 * How small a column, or a combination of columns of length 1, must be beside the size of its numbers before it is zero: what float32
 * leaves of a number, 2⁻²⁴, a few times over.
 */
const RANK = 1e-6;

/**
 * The fit of `target` by combinations and a constant. They are centred and scaled to length 1; singular values tell what cannot be told
 * apart.
 */
export function fit(triangle: Triangle, combinations: readonly Combination[], target: number): Fit {
  const { rows } = triangle, p = combinations.length;
  const spreads = combinations.map((combination) => spreadOf(triangle, combination));
  const isConstant = spreads.map(({ deviation, size }) => deviation <= RANK * size);
  const lengths = spreads.map(({ deviation }) => deviation * Math.sqrt(rows));
  const scaled = combinations.map((combination, i) =>
    Array.from(turned(triangle, combination).subarray(1), (value) => isConstant[i] ? 0 : value / lengths[i]!)
  );
  const y = turned(triangle, [[target, 1]]).subarray(1);
  const noise = spreads.map(({ size, deviation }, i) => isConstant[i] ? 0 : RANK * size / deviation);
  const threshold = Math.max(RANK, ...noise);
  const decomposition = p === 0 ? null : new SingularValueDecomposition(new Matrix(scaled).transpose(), {
    computeLeftSingularVectors: true,
    computeRightSingularVectors: true,
    autoTranspose: true,
  });
  const coefficients = new Array<number>(p).fill(0), squares = new Array<number>(p).fill(0);
  const entangled = new Set(combinations.flatMap((_, i) => isConstant[i] ? [i] : []));
  const left = y.slice();
  let rank = 0;
  decomposition?.diagonal.forEach((singular, k) => {
    const right = decomposition.rightSingularVectors.getColumn(k);
    if (singular <= threshold) {
      right.forEach((share, i) => Math.abs(share) > 0.01 && entangled.add(i));
      return;
    }
    rank++;
    const direction = decomposition.leftSingularVectors.getColumn(k);
    const along = direction.reduce((sum, value, i) => sum + value * y[i]!, 0);
    direction.forEach((value, i) => left[i]! -= along * value);
    right.forEach((share, i) => {
      if (isConstant[i]) return;
      coefficients[i]! += share * along / singular / lengths[i]!;
      squares[i]! += (share / singular / lengths[i]!) ** 2;
    });
  });
  const sum = squareOf(left), freedom = rows - p - 1;
  const { mean, size } = spreadOf(triangle, [[target, 1]]);
  return {
    coefficients,
    constant: mean - coefficients.reduce((all, value, i) => all + value * spreads[i]!.mean, 0),
    leverage: squares.map(Math.sqrt),
    left: sum,
    total: squareOf(y),
    size: coefficients.reduce((all, value, i) => all + Math.abs(value) * spreads[i]!.size, size),
    freedom,
    deviation: freedom > 0 ? Math.sqrt(sum / freedom) : Infinity,
    rank,
    entangled: [...entangled],
  };
}
