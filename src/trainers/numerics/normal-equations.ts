/**
 * Solves `matrix * x = right` for a symmetric positive definite matrix by Cholesky's method, in place: `right` becomes
 * x, the lower triangle of `matrix` the factor. The upper triangle is not read.
 * @param matrix `size` rows of `size`
 * @throws RangeError where the matrix is not positive definite
 */
export function solveInPlace(matrix: Float64Array, right: Float64Array): void {
  const size = right.length;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (matrix[i * size + k] ?? 0) * (matrix[j * size + k] ?? 0);
      if (i === j && !(sum > 0))
        throw new RangeError(`pivot ${i} is ${sum}: the matrix is not positive definite`);
      matrix[i * size + j] = i === j ? Math.sqrt(sum) : sum / (matrix[j * size + j] ?? 1);
    }
    let sum = right[i] ?? 0;
    for (let k = 0; k < i; k++) sum -= (matrix[i * size + k] ?? 0) * (right[k] ?? 0);
    right[i] = sum / (matrix[i * size + i] ?? 1);
  }
  for (let i = size - 1; i >= 0; i--) {
    const x = (right[i] ?? 0) / (matrix[i * size + i] ?? 1);
    right[i] = x;
    for (let k = 0; k < i; k++) right[k] = (right[k] ?? 0) - (matrix[i * size + k] ?? 0) * x;
  }
}
