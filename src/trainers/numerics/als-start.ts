import { type Uniforms, uniformsOf } from '../../domain/random.ts';
import type { Interactions } from './interactions.ts';
import { setKeysOf } from './set-keys.ts';

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
  const { users, starts } = interactions;
  const keyOf = setKeysOf(interactions, itemKeys);
  const rows = new Float64Array(users * factors);
  for (let user = 0; user < users; user++) {
    if (starts[user] === starts[user + 1]) continue;
    const uniforms = uniformsOf(seed, PURPOSE, keyOf(user));
    direct(rows.subarray(user * factors, (user + 1) * factors), uniforms);
  }
  return rows;
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
