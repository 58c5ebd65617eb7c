import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { uniformsOf } from '../src/domain/random.ts';
import { gramOf } from '../src/trainers/numerics/gram.ts';
import type { Interactions } from '../src/trainers/numerics/interactions.ts';
import { fitByItems } from '../src/trainers/numerics/linear.ts';
import { cpuSeconds } from './bench.ts';

/**
 * The part of the EASE benchmark that has a process of its own, so that its memory can be told: prints CPU seconds
 * and peak memory. Given a folder, it also writes there what a peer has to compute and some of the weights.
 */
const USERS = 50_000;
const ITEMS = 5000;
const ITEMS_EACH = 20;
const LAMBDA = 200;
const ROWS_COMPARED = 20;

/** Twenty different items for each user, popular ones more often: the square of a uniform number chooses. */
function population(): Interactions {
  const itemOf = new Uint32Array(USERS * ITEMS_EACH);
  for (let user = 0; user < USERS; user++) {
    const draw = uniformsOf(1, 'bench.ease', user);
    const own = new Set<number>();
    for (let i = 0; own.size < ITEMS_EACH; i++) own.add(Math.floor(ITEMS * draw(i) ** 2));
    itemOf.set(Uint32Array.from(own).sort(), user * ITEMS_EACH);
  }
  return {
    users: USERS,
    items: ITEMS,
    starts: Uint32Array.from({ length: USERS + 1 }, (_, u) => u * ITEMS_EACH),
    itemOf,
  };
}

const [folder] = process.argv.slice(2);
const interactions = population();
const began = process.cpuUsage();
gramOf(interactions);
const gram = cpuSeconds(began);
const fitted = process.cpuUsage();
const { weights } = fitByItems(interactions, { lambda: LAMBDA });
const all = cpuSeconds(fitted);
if (folder !== undefined) {
  writeFileSync(join(folder, 'items.u32'), interactions.itemOf);
  writeFileSync(join(folder, 'weights.f32'), weights.subarray(0, ROWS_COMPARED * ITEMS));
  const shape = { items: ITEMS, itemsEach: ITEMS_EACH, lambda: LAMBDA, rows: ROWS_COMPARED };
  writeFileSync(join(folder, 'shape.json'), JSON.stringify(shape));
}
const peakMegabytes = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ gram, all, peakMegabytes })}\n`);
