import {
  CATEGORICAL_FIELDS,
  CONTINUOUS_FIELDS,
  donorsOf,
  type SimilarityModel,
} from '../models/similarity.ts';

/**
 * What an operator should know of donors in which fields are null or missing; undefined where none are. TAAR takes one
 * that lacks a number for the nearest of all, whoever asks (spec/taar-serving.md section 5.2), and so do we.
 */
export function donorWarning(model: SimilarityModel): string | undefined {
  const donors = donorsOf(model);
  const numbers = lacking(CONTINUOUS_FIELDS, model.continuousStates);
  const texts = lacking(CATEGORICAL_FIELDS, model.categoricalStates);
  const without = new Set([...numbers.donors, ...texts.donors]);
  if (without.size === 0) return undefined;
  const fields = [...texts.counts, ...numbers.counts].map(([field, count]) => `${field} ${count}`);
  return (
    `${without.size} of ${donors} donors lack a field (${fields.join(', ')}); ` +
    `${numbers.donors.size} lack a number, and count as near to everybody, as in TAAR`
  );
}

interface Lacking {
  readonly donors: ReadonlySet<number>;
  /** By field, those that somebody lacks. */
  readonly counts: ReadonlyMap<string, number>;
}

/** @param states donor after donor, one for each field; 0: it is there */
function lacking(fields: readonly string[], states: Uint8Array): Lacking {
  const donors = new Set<number>();
  const counts = new Map<string, number>();
  for (const [i, state] of states.entries()) {
    if (state === 0) continue;
    donors.add(Math.floor(i / fields.length));
    const field = fields[i % fields.length] ?? '';
    counts.set(field, (counts.get(field) ?? 0) + 1);
  }
  return { donors, counts };
}
