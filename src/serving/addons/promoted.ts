import { TaarError } from '../../domain/errors.ts';
import type { PromotedAddon, RecommendedAddon } from './recommender.ts';

/**
 * The promoted add-ons of a legacy request (spec/taar-serving.md section 1.1). One row that is not a GUID and a number
 * drops the whole list; booleans count as 1 and 0.
 * @throws TaarError `promoted-malformed` for what is no list of rows at all
 */
export function cleanPromoted(value: unknown): readonly PromotedAddon[] {
  const promoted: PromotedAddon[] = [];
  for (const row of rowsOf(value)) {
    const cleaned = cleanRow(row);
    if (cleaned === undefined) return [];
    promoted.push(cleaned);
  }
  return promoted;
}

/** What a list is merged by. */
export interface Weighted {
  readonly guid: string;
  readonly weight: number;
}

/**
 * Promoted and recommended add-ons as one list (spec/taar-serving.md section 5.7): heaviest first, promoted before
 * recommended of the same weight, each GUID once at its heaviest place. Not cut: a promoted one displaces none.
 */
export function mergePromoted<P extends Weighted, R extends Weighted>(
  promoted: readonly P[],
  recommended: readonly R[],
): (P | R)[] {
  const seen = new Set<string>();
  return [...promoted, ...recommended].sort(heaviestFirst).filter(({ guid }) => {
    if (seen.has(guid)) return false;
    seen.add(guid);
    return true;
  });
}

/** An answer's items with the promoted ones among them, as `mergePromoted` puts them. */
export function withPromoted(
  promoted: readonly PromotedAddon[],
  items: readonly RecommendedAddon[],
): readonly RecommendedAddon[] {
  const promotions = promoted.map(({ guid, weight }) => ({
    guid,
    weight,
    item: promotedAddon(guid, weight),
  }));
  const rows = items.map((item) => ({ guid: item.id, weight: item.score, item }));
  return mergePromoted(promotions, rows).map(({ item }) => item);
}

function promotedAddon(id: string, score: number): RecommendedAddon {
  return { id, score, probability: null, sources: {}, reasons: [{ kind: 'promoted' }] };
}

/** By comparing, not by subtracting: a weight may be infinite, for JSON has numbers that a double has not. */
function heaviestFirst(a: Weighted, b: Weighted): number {
  if (a.weight === b.weight) return 0;
  return a.weight > b.weight ? -1 : 1;
}

/** TAAR took anything that Python can go through: the letters of a text and the names of an object are bad rows. */
function rowsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'string' && value !== '') return [...value];
  if (typeof value === 'object' && value !== null) {
    const names = Object.keys(value);
    if (names.length > 0) return names;
  }
  throw malformed('promoted is not a list');
}

/** Undefined for a bad row. */
function cleanRow(row: unknown): PromotedAddon | undefined {
  if (typeof row === 'string') return undefined;
  if (typeof row !== 'object' || row === null) throw malformed('a row of promoted is not a list');
  if (!Array.isArray(row)) {
    // Python measures an object before it looks into it; only one of the right length gets it that far.
    if (Object.keys(row).length !== 2) return undefined;
    throw malformed('a row of promoted is an object');
  }
  const [guid, weight] = row;
  if (row.length !== 2 || typeof guid !== 'string') return undefined;
  if (typeof weight !== 'number' && typeof weight !== 'boolean') return undefined;
  return { guid, weight: Number(weight) };
}

function malformed(what: string): TaarError {
  return new TaarError('promoted-malformed', 'dead-letter', what);
}
