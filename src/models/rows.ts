import { TaarError } from '../domain/errors.ts';

/**
 * Checks that row r has the elements from starts[r] to starts[r + 1], without a gap, and that all of them are
 * numbers of a table.
 * @throws TaarError `model-invalid` (halt)
 */
export function checkRows(name: string, starts: Uint32Array, elements: Uint32Array, tableSize: number): void {
  const rows = starts.length - 1;
  if (rows < 0 || starts[0] !== 0 || starts[rows] !== elements.length) {
    throw modelInvalid(name, 'its rows do not cover its elements');
  }
  for (let row = 0; row < rows; row++) {
    if ((starts[row] ?? 0) > (starts[row + 1] ?? 0))
      throw modelInvalid(name, `row ${row} ends before it starts`);
  }
  checkNumbers(name, elements, tableSize);
}

/** @throws TaarError `model-invalid` (halt) where a number is beyond its table */
export function checkNumbers(name: string, numbers: Uint32Array, tableSize: number): void {
  const at = numbers.findIndex((number) => number >= tableSize);
  if (at !== -1) throw modelInvalid(name, `element ${at} is ${numbers[at]}, beyond a table of ${tableSize}`);
}

/** @throws TaarError `model-invalid` (halt) where two columns of one table differ in length */
export function checkLength(name: string, actual: number, expected: number): void {
  if (actual !== expected) throw modelInvalid(name, `it has ${actual} elements, not ${expected}`);
}

export function modelInvalid(name: string, what: string): TaarError {
  return new TaarError('model-invalid', 'halt', `${name} is broken: ${what}`);
}
