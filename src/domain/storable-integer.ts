/**
 * The largest whole number that a record can hold: the codec refuses the next one, which is exact as well. Taken in,
 * it could not be published, and its sender would be told to come back for ever.
 */
export const MAX_INTEGER = Number.MAX_SAFE_INTEGER - 1;

/** True for a whole number that a record can hold. */
export function isStorableInteger(value: unknown): value is number {
  return Number.isInteger(value) && Math.abs(Number(value)) <= MAX_INTEGER;
}
