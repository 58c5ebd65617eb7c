import { type KernelColumns, layOut } from '../../domain/kernel-memory.ts';
import { type AlsFactors, type AlsOptions, lambdaOf } from './als-options.ts';
import { countsOf, possibleOf, type Side, sidesOf } from './als-sides.ts';
import type { Interactions } from './interactions.ts';

/** The compiled loops, made of als.shared.as.ts. */
export const ALS_KERNEL = new URL('./als.shared.wasm', import.meta.url);

/** Which half-step: its place among the slots of the kernel. */
export const ITEMS_STEP = 0;
export const USERS_STEP = 1;

/** The Gram matrix is summed in so many parts, whatever the number of threads, so that its bits do not depend on it. */
export const GRAM_PARTIALS = 16;
/** The work of a half-step is cut into about so many blocks, so that no thread waits long for another. */
const BLOCKS = 128;
/** Rows of one destination that are kept together; more of them are gathered again for each step. */
const GATHER_ROWS = 4096;
/** The kernel works on eight numbers at a time, and on four rows. */
const WIDTH_STEP = 8;
const SYSTEMS = 4;

const FLOAT_BYTES = 4;

/** A half-step as the threads share it out: its rows with entries, from one block's start to the next. */
export interface SharedStep {
  readonly step: number;
  readonly blockStarts: readonly number[];
}

/** A problem laid out for the kernel. */
export interface AlsMemory {
  readonly memory: WebAssembly.Memory;
  readonly steps: readonly [items: SharedStep, users: SharedStep];
  /** Copies of the factors as they are now. */
  read(): AlsFactors<Float32Array>;
}

/**
 * @param start the first factors of all users, row after row; those without an entry are not used
 * @param reuse a memory whose problem is done
 * @throws RangeError where the problem needs more than 4 GB
 */
export function layOutAls(
  interactions: Interactions,
  options: AlsOptions,
  start: Float64Array,
  threads: number,
  reuse?: WebAssembly.Memory,
): AlsMemory {
  const { factors } = options;
  const width = Math.ceil(factors / WIDTH_STEP) * WIDTH_STEP;
  const { items, users } = sidesOf(interactions);
  const [itemHalf, userHalf] = [halfOf(items, options), halfOf(users, options)];
  const scratchFloats = scratchFloatsOf(width);
  // In the order of Slot in als.shared.as.ts.
  const { memory, columns } = layOut(
    {
      width,
      gatherRows: GATHER_ROWS,
      partials: GRAM_PARTIALS,
      options: Float32Array.of(options.alpha),
      grams: new Float64Array(GRAM_PARTIALS * width * width),
      scratch: new Float32Array(threads * scratchFloats),
      scratchBytes: scratchFloats * FLOAT_BYTES,
      userFactors: padded(start, interactions, factors, width),
      itemFactors: new Float32Array(interactions.items * width),
      ...prefixed('items', itemHalf),
      ...prefixed('users', userHalf),
    },
    { shared: true, reuse },
  );
  return {
    memory,
    steps: [
      { step: ITEMS_STEP, blockStarts: blocksOf(items, itemHalf.rows) },
      { step: USERS_STEP, blockStarts: blocksOf(users, userHalf.rows) },
    ],
    read: () => ({
      factors,
      users: unpadded(columns.userFactors, factors, width),
      items: unpadded(columns.itemFactors, factors, width),
    }),
  };
}

/** In the order of Half in als.shared.as.ts. */
function halfOf(side: Side, options: AlsOptions) {
  const [counts, possible] = [countsOf(side), possibleOf(side)];
  const busy = Uint32Array.from(counts.keys()).filter((row) => (counts[row] ?? 0) > 0);
  return {
    sources: side.sources,
    rows: busy,
    starts: side.starts,
    sourceOf: side.sourceOf,
    hasWeights: side.weights === undefined ? 0 : 1,
    weights: Float32Array.from(side.weights ?? []),
    lambdas: Float32Array.from(counts, (count) => (count === 0 ? 0 : lambdaOf(options, count, possible))),
  };
}

function prefixed(name: string, half: ReturnType<typeof halfOf>): KernelColumns {
  return Object.fromEntries(Object.entries(half).map(([key, value]) => [`${name}.${key}`, value]));
}

/** What one thread works in: see `scratchOf` and what follows it in als.shared.as.ts. */
function scratchFloatsOf(width: number): number {
  const matrix = width * width;
  const gathered = GATHER_ROWS * (width + 2);
  const systems = SYSTEMS * (matrix + width) + matrix;
  const together = SYSTEMS * ((width + 1) * width + width);
  return matrix + gathered + systems + together;
}

/** Where each block begins among the rows, and the end: blocks have about the same work, and whole groups of four. */
function blocksOf({ starts }: Side, rows: Uint32Array): number[] {
  const blocks = [0];
  const costOf = (row: number): number => 1 + (starts[row + 1] ?? 0) - (starts[row] ?? 0);
  const share = rows.reduce((sum, row) => sum + costOf(row), 0) / BLOCKS;
  let cost = 0;
  for (const [at, row] of rows.entries()) {
    cost += costOf(row);
    if (cost < share || (at + 1) % SYSTEMS !== 0) continue;
    blocks.push(at + 1);
    cost = 0;
  }
  if (blocks.at(-1) !== rows.length) blocks.push(rows.length);
  return blocks;
}

/** Rows without an entry stay 0. */
function padded(
  rows: Float64Array,
  { users, starts }: Interactions,
  factors: number,
  width: number,
): Float32Array {
  const wide = new Float32Array(users * width);
  for (let user = 0; user < users; user++) {
    if (starts[user] === starts[user + 1]) continue;
    wide.set(rows.subarray(user * factors, (user + 1) * factors), user * width);
  }
  return wide;
}

function unpadded(wide: Float32Array, factors: number, width: number): Float32Array {
  const rows = new Float32Array((wide.length / width) * factors);
  for (let row = 0; row * width < wide.length; row++) {
    rows.set(wide.subarray(row * width, row * width + factors), row * factors);
  }
  return rows;
}
