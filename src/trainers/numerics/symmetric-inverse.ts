import { TaarError } from '../../domain/errors.ts';
import { type SymmetricMatrix, TILE_ROWS } from './symmetric-matrix.ts';
import { factorTile, invertTriangle, transposeTile } from './tile-cholesky.ts';
import { startTiles } from './tile-kernel.ts';

/**
 * The inverse of a symmetric positive definite matrix, in its place: n³ floating-point operations by way of its
 * Cholesky factor, tile by tile. All sums have a fixed shape.
 *
 * @throws TaarError `matrix-not-positive-definite`; the matrix is of no use then
 */
export function invertSymmetric(matrix: SymmetricMatrix): void {
  const products = new TileProducts();
  factor(matrix, products);
  invertFactor(matrix, products);
  multiplyInverses(matrix, products);
}

/** Sums of products of tiles, kept in the kernel until they are taken. */
class TileProducts {
  readonly #loops = startTiles();

  /** Begins a sum with a tile, or with zero. */
  begin(tile?: Float64Array): void {
    const { out } = this.#loops.columns;
    if (tile === undefined) out.fill(0);
    else out.set(tile);
  }

  /** Adds left · rightᵀ. */
  add(left: Float64Array, right: Float64Array): void {
    const { columns, call } = this.#loops;
    columns.left.set(left);
    columns.right.set(right);
    call.addProduct();
  }

  /** What the sum is, as it is seen until it changes. */
  get sum(): Float64Array {
    return this.#loops.columns.out;
  }

  /** Makes the sum negative. */
  negate(): void {
    const { out } = this.#loops.columns;
    for (let i = 0; i < out.length; i++) out[i] = -(out[i] ?? 0);
  }

  /** Leaves sum · rightᵀ as the sum. */
  multiply(right: Float64Array): void {
    const { columns, call } = this.#loops;
    columns.left.set(columns.out);
    columns.right.set(right);
    columns.out.fill(0);
    call.addProduct();
  }
}

/**
 * A = L·Lᵀ, L in A's place, but on the diagonal the inverse of each of L's tiles: that is all that the steps after
 * need of them.
 */
function factor(matrix: SymmetricMatrix, products: TileProducts): void {
  for (let k = 0; k < matrix.across; k++) {
    const diagonal = matrix.tile(k, k);
    subtractProducts(matrix, products, k, k);
    diagonal.set(products.sum);
    const failed = factorTile(diagonal, TILE_ROWS);
    if (failed !== -1) throw notPositiveDefinite(k * TILE_ROWS + failed);
    invertTriangle(diagonal, TILE_ROWS);
    for (let i = k + 1; i < matrix.across; i++) {
      subtractProducts(matrix, products, i, k);
      products.multiply(diagonal);
      matrix.tile(i, k).set(products.sum);
    }
  }
}

/** Leaves A's tile (i, k) less the products of what is left of it in the rows i and k, as the sum. */
function subtractProducts(matrix: SymmetricMatrix, products: TileProducts, i: number, k: number): void {
  products.begin();
  for (let j = 0; j < k; j++) products.add(matrix.tile(i, j), matrix.tile(k, j));
  const { sum } = products;
  const own = matrix.tile(i, k);
  for (let cell = 0; cell < sum.length; cell++) sum[cell] = (own[cell] ?? 0) - (sum[cell] ?? 0);
}

/** V = L⁻ᵀ: its tile (k, i) in the place (i, k). */
function invertFactor(matrix: SymmetricMatrix, products: TileProducts): void {
  const first = new Float64Array(TILE_ROWS * TILE_ROWS);
  for (let k = 0; k < matrix.across; k++) {
    transposeTile(matrix.tile(k, k), TILE_ROWS, first);
    for (let i = k + 1; i < matrix.across; i++) {
      products.begin();
      products.add(first, matrix.tile(i, k));
      for (let j = k + 1; j < i; j++) products.add(matrix.tile(j, k), matrix.tile(i, j));
      products.negate();
      products.multiply(matrix.tile(i, i));
      matrix.tile(i, k).set(products.sum);
    }
  }
  // Only now: the columns before needed the tile as it was.
  for (let k = 0; k < matrix.across; k++) {
    transposeTile(matrix.tile(k, k), TILE_ROWS, first);
    matrix.tile(k, k).set(first);
  }
}

/** A⁻¹ = V·Vᵀ. A row's diagonal tile comes last, since its other tiles are made of it. */
function multiplyInverses(matrix: SymmetricMatrix, products: TileProducts): void {
  for (let i = 0; i < matrix.across; i++) {
    for (let j = 0; j <= i; j++) {
      products.begin();
      for (let m = i; m < matrix.across; m++) products.add(matrix.tile(m, i), matrix.tile(m, j));
      matrix.tile(i, j).set(products.sum);
    }
  }
}

function notPositiveDefinite(row: number): TaarError {
  return new TaarError(
    'matrix-not-positive-definite',
    'halt',
    `the matrix is not positive definite at row ${row}: regularise more, or look for numbers that are not finite`,
  );
}
