/** Three tiles of doubles have to fit the second-level cache of one core; a multiple of four. */
export const TILE_ROWS = 128;
const TILE_CELLS = TILE_ROWS * TILE_ROWS;

/**
 * A symmetric matrix of doubles, of which the lower half is kept, in square tiles: about n²/2 numbers. What is beyond
 * its size in the last tiles belongs to a unit matrix, so that sums and inverses never see it.
 */
export class SymmetricMatrix {
  readonly size: number;
  /** How many tiles stand side by side. */
  readonly across: number;
  readonly #tiles: readonly Float64Array[];

  /** All zero. */
  constructor(size: number, tiles?: readonly Float64Array[]) {
    this.size = size;
    this.across = Math.ceil(size / TILE_ROWS);
    const count = (this.across * (this.across + 1)) / 2;
    this.#tiles = tiles ?? Array.from({ length: count }, () => new Float64Array(TILE_CELLS));
    if (tiles !== undefined) return;
    for (let i = size; i < this.across * TILE_ROWS; i++) this.addTo(i, i, 1);
  }

  copy(): SymmetricMatrix {
    return new SymmetricMatrix(
      this.size,
      this.#tiles.map((tile) => tile.slice()),
    );
  }

  /** The cells of a tile, row after row, itself: `row` and `column` count tiles, and `column` is at most `row`. */
  tile(row: number, column: number): Float64Array {
    const tile = this.#tiles[(row * (row + 1)) / 2 + column];
    if (tile === undefined) throw new RangeError(`there is no tile ${row}, ${column}`);
    return tile;
  }

  get(i: number, j: number): number {
    const [row, column] = i < j ? [j, i] : [i, j];
    return this.#tileOf(row, column)[cellOf(row, column)] ?? 0;
  }

  /** Adds to one cell and the one across the diagonal, which are the same. */
  addTo(i: number, j: number, value: number): void {
    const [row, column] = i < j ? [j, i] : [i, j];
    const tile = this.#tileOf(row, column);
    const cell = cellOf(row, column);
    tile[cell] = (tile[cell] ?? 0) + value;
  }

  /** Sets the cells of row i up to the diagonal. @param values i + 1 or more numbers */
  setRow(i: number, values: Float64Array): void {
    for (let j = 0; j <= i; j += TILE_ROWS) {
      const columns = Math.min(TILE_ROWS, i + 1 - j);
      this.#tileOf(i, j).set(values.subarray(j, j + columns), cellOf(i, j));
    }
  }

  /** Adds to the diagonal. @param values one number, or one for each row */
  addDiagonal(values: number | Float64Array): void {
    for (let i = 0; i < this.size; i++) {
      this.addTo(i, i, typeof values === 'number' ? values : (values[i] ?? 0));
    }
  }

  /** The diagonal. */
  diagonal(): Float64Array {
    return Float64Array.from({ length: this.size }, (_, i) => this.get(i, i));
  }

  /** Calls `visit` with each cell of the lower half, diagonal included, tile after tile. */
  forEach(visit: (i: number, j: number, value: number) => void): void {
    for (let row = 0; row < this.across; row++) {
      for (let column = 0; column <= row; column++) this.#visitTile(row, column, visit);
    }
  }

  /** Writes the product with a column vector. */
  multiply(vector: Float64Array, into: Float64Array): void {
    into.fill(0, 0, this.size);
    for (let row = 0; row < this.across; row++) {
      for (let column = 0; column <= row; column++) this.#multiplyTile(row, column, vector, into);
    }
  }

  /** The sum of all cells whose row and column are both among those. @param places ascending, none twice */
  sumAmong(places: Uint32Array): number {
    let diagonal = 0;
    let below = 0;
    for (let a = 0; a < places.length; a++) {
      const i = places[a] ?? 0;
      diagonal += this.get(i, i);
      for (let b = 0; b < a; b++) below += this.get(i, places[b] ?? 0);
    }
    return diagonal + 2 * below;
  }

  #multiplyTile(row: number, column: number, vector: Float64Array, into: Float64Array): void {
    const tile = this.tile(row, column);
    const rows = Math.min(TILE_ROWS, this.size - row * TILE_ROWS);
    const first = column * TILE_ROWS;
    for (let r = 0; r < rows; r++) {
      const i = row * TILE_ROWS + r;
      const own = vector[i] ?? 0;
      const columns = row === column ? r : TILE_ROWS;
      let sum = row === column ? own * (tile[r * TILE_ROWS + r] ?? 0) : 0;
      for (let c = 0; c < columns; c++) {
        const value = tile[r * TILE_ROWS + c] ?? 0;
        sum += value * (vector[first + c] ?? 0);
        into[first + c] = (into[first + c] ?? 0) + value * own;
      }
      into[i] = (into[i] ?? 0) + sum;
    }
  }

  #visitTile(row: number, column: number, visit: (i: number, j: number, value: number) => void): void {
    const tile = this.tile(row, column);
    const rows = Math.min(TILE_ROWS, this.size - row * TILE_ROWS);
    for (let r = 0; r < rows; r++) {
      const i = row * TILE_ROWS + r;
      const columns = Math.min(TILE_ROWS, i + 1 - column * TILE_ROWS);
      for (let c = 0; c < columns; c++) visit(i, column * TILE_ROWS + c, tile[r * TILE_ROWS + c] ?? 0);
    }
  }

  #tileOf(row: number, column: number): Float64Array {
    return this.tile(Math.floor(row / TILE_ROWS), Math.floor(column / TILE_ROWS));
  }
}

function cellOf(row: number, column: number): number {
  return (row % TILE_ROWS) * TILE_ROWS + (column % TILE_ROWS);
}
