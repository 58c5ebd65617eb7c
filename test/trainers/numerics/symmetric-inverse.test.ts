import { describe, expect, it } from 'vitest';
import { uniformsOf } from '../../../src/domain/random.ts';
import { invertSymmetric } from '../../../src/trainers/numerics/symmetric-inverse.ts';
import { SymmetricMatrix, TILE_ROWS } from '../../../src/trainers/numerics/symmetric-matrix.ts';

/** A random symmetric matrix with a diagonal that outweighs its rows. */
function positiveDefinite(size: number, seed = 1): number[][] {
  const cells = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (let i = 0; i < size; i++) {
    const draw = uniformsOf(seed, 'test.matrix', i);
    for (let j = 0; j <= i; j++) {
      const value = i === j ? size + draw(j) : 2 * draw(j) - 1;
      (cells[i] as number[])[j] = value;
      (cells[j] as number[])[i] = value;
    }
  }
  return cells;
}

function tiled(cells: readonly (readonly number[])[]): SymmetricMatrix {
  const matrix = new SymmetricMatrix(cells.length);
  for (const [i, row] of cells.entries()) matrix.setRow(i, Float64Array.from(row));
  return matrix;
}

/** The largest difference of A·B from the unit matrix. */
function distanceFromUnit(a: readonly (readonly number[])[], b: SymmetricMatrix): number {
  const column = new Float64Array(a.length);
  let worst = 0;
  for (let j = 0; j < a.length; j++) {
    for (let i = 0; i < a.length; i++) column[i] = b.get(i, j);
    for (const [i, row] of a.entries()) {
      const sum = row.reduce((total, value, k) => total + value * (column[k] ?? 0), 0);
      worst = Math.max(worst, Math.abs(sum - (i === j ? 1 : 0)));
    }
  }
  return worst;
}

describe('invertSymmetric', () => {
  it.each([1, 2, 3, TILE_ROWS - 1, TILE_ROWS, TILE_ROWS + 1, 3 * TILE_ROWS + 5])(
    'gives what times the matrix is the unit matrix, with %i rows',
    (size) => {
      const cells = positiveDefinite(size);
      const matrix = tiled(cells);
      invertSymmetric(matrix);
      expect(distanceFromUnit(cells, matrix)).toBeLessThan(1e-11);
    },
  );

  it('gives the inverse that is known by hand', () => {
    const matrix = tiled([
      [4, 2],
      [2, 3],
    ]);
    invertSymmetric(matrix);
    expect([matrix.get(0, 0), matrix.get(0, 1), matrix.get(1, 1)]).toEqual([
      expect.closeTo(3 / 8),
      expect.closeTo(-2 / 8),
      expect.closeTo(4 / 8),
    ]);
  });

  it('gives the same bytes each time', () => {
    const [first, second] = [tiled(positiveDefinite(200, 7)), tiled(positiveDefinite(200, 7))];
    invertSymmetric(first);
    invertSymmetric(second);
    for (let row = 0; row < first.across; row++) expect(first.tile(row, 0)).toEqual(second.tile(row, 0));
  });

  it.each([
    ['an eigenvalue below 0', 150, -1e6],
    ['no number', 3, Number.NaN],
  ])('refuses a matrix with %s, and says where', (_, place, value) => {
    const matrix = tiled(positiveDefinite(200));
    matrix.addTo(place, place, value);
    expect(() => invertSymmetric(matrix)).toThrow(
      expect.objectContaining({
        code: 'matrix-not-positive-definite',
        message: expect.stringContaining(`row ${place}`),
      }),
    );
  });
});

describe('SymmetricMatrix', () => {
  const cells = positiveDefinite(2 * TILE_ROWS + 3, 3);
  const matrix = tiled(cells);

  it('gives each cell from either side of the diagonal', () => {
    for (const [i, row] of cells.entries()) {
      for (const [j, value] of row.entries()) if (matrix.get(i, j) !== value) expect.fail(`cell ${i}, ${j}`);
    }
    const seen = new Set<string>();
    matrix.forEach((i, j, value) => {
      expect(value).toBe(cells[i]?.[j]);
      seen.add(`${i},${j}`);
    });
    expect(seen.size).toBe((cells.length * (cells.length + 1)) / 2);
  });

  it('multiplies a vector', () => {
    const vector = Float64Array.from(cells, (_, i) => (i % 7) - 3);
    const product = new Float64Array(cells.length);
    matrix.multiply(vector, product);
    for (const [i, row] of cells.entries()) {
      expect(product[i]).toBeCloseTo(
        row.reduce((sum, value, j) => sum + value * (vector[j] ?? 0), 0),
        8,
      );
    }
  });

  it('sums the cells among some places', () => {
    const places = [0, 5, TILE_ROWS, 2 * TILE_ROWS + 2];
    const sum = places.flatMap((i) => places.map((j) => cells[i]?.[j] ?? 0)).reduce((a, b) => a + b);
    expect(matrix.sumAmong(Uint32Array.from(places))).toBeCloseTo(sum, 10);
  });

  it('has copies that go their own way', () => {
    const copy = matrix.copy();
    copy.addDiagonal(1);
    expect(copy.get(4, 4)).toBe(matrix.get(4, 4) + 1);
  });
});
