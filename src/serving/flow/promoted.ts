/** An item that somebody pays for, or that editors chose. */
export interface Promoted<T> {
  readonly item: T;
  /** How many organic items come before it; negative: it is skipped. */
  readonly position: number;
}

/** More promoted items than that are too many for one answer: it is served without any. */
const MAX_PROMOTED_SERVED = 2;

/**
 * Puts promoted items at their positions among organic ones and cuts to `maxResults`. The organic list alone is served
 * where the blend would have none or too many promoted items, or not more organic than promoted ones.
 * @param idOf tells when an organic item is a promoted one.
 */
export function blendPromoted<T>(
  organic: readonly T[],
  promoted: readonly Promoted<T>[],
  maxResults: number,
  idOf: (item: T) => string | number,
): readonly T[] {
  const blended = walk(organic, promoted, idOf).slice(0, Math.max(0, maxResults));
  const paid = blended.filter(({ promoted }) => promoted).length;
  const free = blended.length - paid;
  const fits = free > 1 && paid > 0 && paid <= MAX_PROMOTED_SERVED && paid < free && maxResults > 1;
  return fits ? blended.map(({ item }) => item) : organic.slice(0, Math.max(0, maxResults));
}

function walk<T>(
  organic: readonly T[],
  promoted: readonly Promoted<T>[],
  idOf: (item: T) => string | number,
): { item: T; promoted: boolean }[] {
  const placeable = promoted.filter(({ position }) => position >= 0);
  const ids = new Set(placeable.map(({ item }) => idOf(item)));
  const others = organic.filter((item) => !ids.has(idOf(item)));
  const blended: { item: T; promoted: boolean }[] = [];
  let head = 0;
  for (let placed = 0; placed <= others.length; placed++) {
    for (; placeable[head]?.position === placed; head++) {
      const next = placeable[head];
      if (next !== undefined) blended.push({ item: next.item, promoted: true });
    }
    const item = others[placed];
    if (item !== undefined) blended.push({ item, promoted: false });
  }
  return blended;
}
