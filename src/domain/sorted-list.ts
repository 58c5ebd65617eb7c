import { compareCodePoints } from './text-order.ts';

/** Negative, zero or positive, as `a` comes before, with or after `b`. */
export type Order<T> = (a: T, b: T) => number;

/**
 * The union of two ascending lists without duplicates, ascending; of two equal elements what `choose` makes of
 * them. Keeps the first `limit`: since the smallest stay, the limit does not make the order of merging matter.
 * Returns `a` itself where `b` changes nothing.
 */
export function mergeAscending<T extends string | number | object>(
  a: readonly T[],
  b: readonly T[],
  order: Order<T>,
  choose: (x: T, y: T) => T,
  limit: number,
): readonly T[] {
  const merged: T[] = [];
  let changed = false;
  let i = 0;
  let j = 0;
  while (merged.length < limit) {
    const x = a[i];
    const y = b[j];
    if (y === undefined) {
      if (x === undefined) break;
      merged.push(x);
      i++;
      continue;
    }
    const difference = x === undefined ? 1 : order(x, y);
    if (x === undefined || difference > 0) {
      merged.push(y);
      changed = true;
      j++;
    } else {
      const chosen = difference === 0 ? choose(x, y) : x;
      if (chosen !== x) changed = true;
      merged.push(chosen);
      i++;
      if (difference === 0) j++;
    }
  }
  return changed ? merged : a;
}

/** `mergeAscending` of texts in code point order. */
export function mergeTexts<T extends string>(a: readonly T[], b: readonly T[], limit: number): readonly T[] {
  return mergeAscending(a, b, compareCodePoints, first, limit);
}

/** `mergeAscending` of numbers. */
export function mergeNumbers(a: readonly number[], b: readonly number[], limit: number): readonly number[] {
  return mergeAscending(a, b, ascending, first, limit);
}

function ascending(a: number, b: number): number {
  return a - b;
}

function first<T>(x: T): T {
  return x;
}
