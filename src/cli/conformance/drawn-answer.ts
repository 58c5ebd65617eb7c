import type { Candidates } from './candidates.ts';

/** Sums of floats in another order differ in the last bits; nothing is told apart below this share. */
const TOLERANCE = 1e-9;

/** What a request promoted, as the original takes it: nothing at all where one row is not as it should be. */
export function promotedIn(body: string): Candidates {
  const rows = optionsIn(body)?.promoted;
  if (!Array.isArray(rows)) return [];
  const isRow = (row: unknown): boolean =>
    Array.isArray(row) && row.length === 2 && typeof row[0] === 'string' && typeof row[1] === 'number';
  return rows.every(isRow) ? rows : [];
}

/**
 * What is wrong with an answer that was drawn at random: a guid that could not be drawn, too many or too few, one
 * that is promoted and missing, an order that is not by weight (spec/taar-serving.md sections 5.6 and 5.7). Empty
 * where nothing is. That each guid is drawn as often as it should be cannot be seen in one answer.
 */
export function faultsOfDrawn(
  answer: readonly string[],
  candidates: Candidates,
  promoted: Candidates,
  limit: number,
): string[] {
  const drawable = new Map(candidates);
  const given = new Map<string, number>();
  for (const [guid, weight] of promoted) given.set(guid, Math.max(weight, given.get(guid) ?? weight));
  const faults: string[] = [];
  if (new Set(answer).size < answer.length) faults.push('a guid comes twice');
  const foreign = answer.filter((guid) => !drawable.has(guid) && !given.has(guid));
  if (foreign.length > 0) faults.push(`no candidates: ${foreign.join(', ')}`);
  const missing = [...given.keys()].filter((guid) => !answer.includes(guid));
  if (missing.length > 0) faults.push(`promoted and missing: ${missing.join(', ')}`);
  const drawn = answer.filter((guid) => !given.has(guid)).length;
  const most = Math.min(limit, candidates.length);
  const least = most - [...given.keys()].filter((guid) => drawable.has(guid)).length;
  if (drawn > most || drawn < least) faults.push(`${drawn} drawn where ${least} to ${most} were to be`);
  const late = answer.findIndex((_, i) => !isInOrder(answer.slice(0, i + 1), drawable, given));
  if (late >= 0) faults.push(`${answer[late]} at place ${late + 1} is not in order of weight`);
  return faults;
}

/** True where weights can be found for all guids that do not rise: one that is promoted and drawn may have two. */
function isInOrder(
  answer: readonly string[],
  drawable: ReadonlyMap<string, number>,
  given: ReadonlyMap<string, number>,
): boolean {
  let bound = Number.POSITIVE_INFINITY;
  for (const guid of answer) {
    const weights = weightsOf(guid, drawable, given);
    const fitting = weights.filter((weight) => weight <= bound + TOLERANCE * Math.abs(bound));
    if (weights.length > 0 && fitting.length === 0) return false;
    if (fitting.length > 0) bound = Math.min(bound, Math.max(...fitting));
  }
  return true;
}

function weightsOf(
  guid: string,
  drawable: ReadonlyMap<string, number>,
  given: ReadonlyMap<string, number>,
): number[] {
  const [drawn, promoted] = [drawable.get(guid), given.get(guid)];
  if (promoted === undefined) return drawn === undefined ? [] : [drawn];
  // The larger of the two counts, if it was drawn at all.
  return drawn === undefined || drawn <= promoted ? [promoted] : [promoted, drawn];
}

function optionsIn(body: string): { readonly promoted?: unknown } | undefined {
  try {
    return (JSON.parse(body) as { options?: { promoted?: unknown } }).options;
  } catch {
    return undefined;
  }
}
