/**
 * Loops over one small dense matrix in double precision, for kernels on host memory.
 *
 * @module
 */

/**
 * Factors the symmetric n × n matrix in `a` in place: its lower triangle becomes L with A = L Lᵀ.
 *
 * @returns the index of the first pivot that is not positive, −1 if there is none; a NaN pivot is let through
 */
export function choleskyInPlace(a: Float64Array, n: number): number {
  for (let j = 0; j < n; j++) {
    let pivot = a[j * n + j]!;
    for (let k = 0; k < j; k++) pivot -= a[j * n + k]! ** 2;
    if (pivot <= 0) {
      a[j * n + j] = pivot;
      return j;
    }
    const root = Math.sqrt(pivot);
    a[j * n + j] = root;
    for (let i = j + 1; i < n; i++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!;
      a[i * n + j] = sum / root;
    }
  }
  return -1;
}

/** log|A| from the factor that {@link choleskyInPlace} left. */
export function logDeterminantOfFactor(l: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.log(l[i * n + i]!);
  return 2 * sum;
}

/** Overwrites the `columns` right-hand sides in `b` `[n, columns]` with A⁻¹ b, from the factor of A. */
export function solveInPlace(l: Float64Array, n: number, b: Float64Array, columns: number): void {
  forwardInPlace(l, n, b, columns);
  backwardInPlace(l, n, b, columns);
}

/** Overwrites b `[n, columns]` with L⁻¹ b. */
export function forwardInPlace(l: Float64Array, n: number, b: Float64Array, columns: number): void {
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < columns; c++) {
      let sum = b[i * columns + c]!;
      for (let k = 0; k < i; k++) sum -= l[i * n + k]! * b[k * columns + c]!;
      b[i * columns + c] = sum / l[i * n + i]!;
    }
  }
}

/** Overwrites b `[n, columns]` with L⁻ᵀ b. */
export function backwardInPlace(l: Float64Array, n: number, b: Float64Array, columns: number): void {
  for (let i = n - 1; i >= 0; i--) {
    for (let c = 0; c < columns; c++) {
      let sum = b[i * columns + c]!;
      for (let k = i + 1; k < n; k++) sum -= l[k * n + i]! * b[k * columns + c]!;
      b[i * columns + c] = sum / l[i * n + i]!;
    }
  }
}

/**
 * The Cholesky factor of I + JᵀJ, from the rows of Jᵀ and without forming JᵀJ: the triangle that Householder reflections make of
 * J above I. What is lost of I beside J is ε‖J‖, where JᵀJ loses ε‖J‖².
 *
 * @param rows Jᵀ `[n, length]`, overwritten
 * @returns L `[n, n]`, lower triangular
 */
export function choleskyBesideIdentity(rows: Float64Array, n: number): Float64Array {
  const length = rows.length / n, height = length + n;
  const columns = new Float64Array(n * height), factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    columns.set(rows.subarray(i * length, (i + 1) * length), i * height);
    columns[i * height + length + i] = 1;
  }
  for (let k = 0; k < n; k++) {
    const own = columns.subarray(k * height, (k + 1) * height);
    let squares = 0;
    for (let r = k; r < height; r++) squares += own[r]! ** 2;
    const size = Math.sqrt(squares) * (own[k]! > 0 ? -1 : 1);
    // The reflection along v = own − size e_k takes own to size e_k; −size v_k = ‖v‖²/2.
    own[k]! -= size;
    const half = -size * own[k]!;
    for (let j = k + 1; j < n; j++) {
      const other = columns.subarray(j * height, (j + 1) * height);
      let along = 0;
      for (let r = k; r < height; r++) along += own[r]! * other[r]!;
      along /= half;
      for (let r = k; r < height; r++) other[r]! -= along * own[r]!;
      factor[j * n + k] = other[k]! * Math.sign(size);
    }
    factor[k * n + k] = Math.abs(size);
  }
  return factor;
}
