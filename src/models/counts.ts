import { TaarError } from '../domain/errors.ts';
import type { Section, Sections } from './snapshot.ts';

/** Whole numbers from 0 to 2^53 - 1; in 32 bits where they all fit. */
export type Counts = Uint32Array | Float64Array;

function fits32Bits(count: number): boolean {
  return count >>> 0 === count;
}

/** @throws TaarError `model-invalid` (halt) for a number that is no whole number from `least` to 2^53 - 1 */
export function countsOf(name: string, numbers: Iterable<number>, least: 0 | 1): Counts {
  const counts = Float64Array.from(numbers);
  checkCounts(name, counts, least);
  return counts.every(fits32Bits) ? Uint32Array.from(counts) : counts;
}

/** In 32 bits where all fit, whatever array the caller has: equal models give equal bytes. */
export function encodeCounts(name: string, counts: Counts): Section {
  const wide = counts instanceof Float64Array && !counts.every(fits32Bits);
  if (wide) return { name, type: 'f64', shape: [counts.length], data: counts };
  const data = counts instanceof Uint32Array ? counts : Uint32Array.from(counts);
  return { name, type: 'u32', shape: [data.length], data };
}

/** A view on a section that `encodeCounts` made. */
export function viewCounts(name: string, sections: Sections): Counts {
  return sections.type(name) === 'f64' ? sections.f64(name) : sections.u32(name);
}

/** @throws TaarError `model-invalid` (halt) as `countsOf` */
export function checkCounts(name: string, counts: Counts, least: 0 | 1): void {
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i] ?? 0;
    if (!Number.isSafeInteger(count) || count < least) {
      throw new TaarError(
        'model-invalid',
        'halt',
        `${name}[${i}] is ${count}, not a whole number of at least ${least}`,
      );
    }
  }
}
