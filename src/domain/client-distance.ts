import type { ClientFeatures } from './client-features.ts';

/** What clients are compared by. */
export type ComparedFeatures = Omit<ClientFeatures, 'installed'>;

/** In the order of TAAR's sum, which decides its last bits. */
const NUMBERS = ['subsessionLength', 'bookmarkCount', 'tabOpenCount', 'totalUri', 'uniqueTlds'] as const;
const CATEGORIES = ['geoCity', 'locale', 'os'] as const;

/** Keeps clients whose numbers are all equal from being next to each other where a category differs. */
const FLOOR = 0.001;

/**
 * How far two clients are from each other (spec/taar-serving.md section 5.2, taar-training.md section 10.7): the
 * Canberra distance of their numbers, times the share of categories that differ. From 0 to 5.001; NaN where a number is
 * null. Two nulls are the same category. Serving has a compiled one with the same bits: similarity.as.ts.
 */
export function clientDistance(x: ComparedFeatures, y: ComparedFeatures): number {
  let canberra = 0;
  for (const field of NUMBERS) {
    const [a, b] = [x[field], y[field]];
    if (a === null || b === null) return Number.NaN;
    canberra += a === 0 && b === 0 ? 0 : Math.abs(a - b) / (Math.abs(a) + Math.abs(b));
  }
  const different = CATEGORIES.filter((field) => x[field] !== y[field]).length;
  return (canberra + FLOOR) * (different / CATEGORIES.length);
}
