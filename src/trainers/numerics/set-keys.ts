import type { Interactions } from './interactions.ts';

/**
 * A name for each row's set of items: equal for equal sets, whatever else there is. Draws are keyed by it where who the
 * row belongs to must not be known.
 * @param itemKeys names of the items that outlive this training; left out: their numbers
 */
export function setKeysOf(interactions: Interactions, itemKeys?: readonly string[]): (row: number) => string {
  const { items, starts, itemOf } = interactions;
  const marks = Int32Array.from({ length: items }, (_, item) => markOf(itemKeys?.[item] ?? String(item)));
  return (row) => {
    const [from, to] = [starts[row] ?? 0, starts[row + 1] ?? 0];
    // Two halves that mix differently: one alone would name some different sets alike.
    let [one, other] = [0x9e3779b9 | 0, to - from];
    for (let i = from; i < to; i++) {
      const mark = marks[itemOf[i] ?? 0] ?? 0;
      one = Math.imul(one ^ mark, 0x85ebca6b);
      one ^= one >>> 13;
      other = Math.imul(other + mark, 0xc2b2ae35);
      other ^= other >>> 16;
    }
    return `${one}.${other}`;
  };
}

function markOf(key: string): number {
  let mark = 0x811c9dc5 | 0;
  for (let i = 0; i < key.length; i++) mark = Math.imul(mark ^ key.charCodeAt(i), 0x01000193);
  return Math.imul(mark ^ (mark >>> 15), 0x2c1b3c6d);
}
