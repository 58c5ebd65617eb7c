import { type Uniforms, uniformsOf } from '../../domain/random.ts';
import type { Interactions } from './interactions.ts';

const PURPOSE = 'als.start';

/**
 * The first factors of every user: a direction drawn for the user's set of items, of length 1. Users with the same set
 * begin the same, so that one row may stand for all of them; nobody else's draw depends on who is there.
 * @param itemKeys names of the items that outlive this training; left out: their numbers
 */
export function startingUsers(
  interactions: Interactions,
  factors: number,
  seed: number,
  itemKeys?: readonly string[],
): Float64Array {
  const { users, items, starts, itemOf } = interactions;
  const marks = Int32Array.from({ length: items }, (_, item) => markOf(itemKeys?.[item] ?? String(item)));
  const rows = new Float64Array(users * factors);
  for (let user = 0; user < users; user++) {
    const [from, to] = [starts[user] ?? 0, starts[user + 1] ?? 0];
    if (from === to) continue;
    const uniforms = uniformsOf(seed, PURPOSE, setKey(marks, itemOf, from, to));
    direct(rows.subarray(user * factors, (user + 1) * factors), uniforms);
  }
  return rows;
}

/** A name of a set of items, in two halves that mix differently. */
function setKey(marks: Int32Array, itemOf: Uint32Array, from: number, to: number): string {
  let [one, other] = [0x9e3779b9 | 0, to - from];
  for (let i = from; i < to; i++) {
    const mark = marks[itemOf[i] ?? 0] ?? 0;
    one = Math.imul(one ^ mark, 0x85ebca6b);
    one ^= one >>> 13;
    other = Math.imul(other + mark, 0xc2b2ae35);
    other ^= other >>> 16;
  }
  return `${one}.${other}`;
}

function markOf(key: string): number {
  let mark = 0x811c9dc5 | 0;
  for (let i = 0; i < key.length; i++) mark = Math.imul(mark ^ key.charCodeAt(i), 0x01000193);
  return Math.imul(mark ^ (mark >>> 15), 0x2c1b3c6d);
}

/** Normal numbers, two from two uniforms (Box and Muller), brought to length 1. */
function direct(row: Float64Array, uniforms: Uniforms): void {
  let squares = 0;
  for (let i = 0; i < row.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - uniforms(i)));
    const angle = 2 * Math.PI * uniforms(i + 1);
    row[i] = radius * Math.cos(angle);
    if (i + 1 < row.length) row[i + 1] = radius * Math.sin(angle);
    squares += (row[i] ?? 0) ** 2 + (row[i + 1] ?? 0) ** 2;
  }
  const length = Math.sqrt(squares) || 1;
  for (let i = 0; i < row.length; i++) row[i] = (row[i] ?? 0) / length;
}
