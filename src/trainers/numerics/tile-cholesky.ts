/**
 * The lower triangle L with L·Lᵀ = the tile, whose lower half alone is read; in place, zero above the diagonal.
 *
 * @param size rows of the tile
 * @returns the first row that shows that the tile is not positive definite; -1 where it is
 */
export function factorTile(tile: Float64Array, size: number): number {
  for (let i = 0; i < size; i++) {
    const row = i * size;
    for (let j = 0; j <= i; j++) {
      const other = j * size;
      let sum = tile[row + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (tile[row + k] ?? 0) * (tile[other + k] ?? 0);
      if (i !== j) tile[row + j] = sum / (tile[other + j] ?? 0);
      else if (sum > 0) tile[row + i] = Math.sqrt(sum);
      else return i;
    }
    tile.fill(0, row + i + 1, row + size);
  }
  return -1;
}

/** The inverse of a lower triangle with a diagonal free of zeros, in place. */
export function invertTriangle(tile: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    const row = i * size;
    const scale = 1 / (tile[row + i] ?? 0);
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum += (tile[row + k] ?? 0) * (tile[k * size + j] ?? 0);
      // Places left of j are not read any more: the sum for j needs those from j on.
      tile[row + j] = -sum * scale;
    }
    tile[row + i] = scale;
  }
}

/** Writes the transposed tile. */
export function transposeTile(tile: Float64Array, size: number, into: Float64Array): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) into[j * size + i] = tile[i * size + j] ?? 0;
  }
}
