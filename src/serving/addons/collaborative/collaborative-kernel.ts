import type { Kernel } from '../../../domain/kernel.ts';
import { type CollaborativeIndex, ROWS_IN_BLOCK } from './collaborative-index.ts';

/** The compiled loops, made of collaborative.as.ts. */
export const COLLABORATIVE_KERNEL = new URL('./collaborative.wasm', import.meta.url);

/** The functions of collaborative.as.ts. */
interface CollaborativeLoops {
  /** Writes the score of each candidate. */
  scoreAll(): void;
  /** Leaves one score for each item that is not installed; how many there are. */
  placeAll(): number;
}

/** Starts the loops on an index. @param size how many items there are */
export function startCollaborative(kernel: Kernel, index: CollaborativeIndex, size: number) {
  const { rows, factors, blocks, items, isShared, hashRows } = index;
  // In the order of Slot in collaborative.as.ts.
  const columns = {
    candidates: rows.length,
    factors,
    blocks,
    /** The client's vector. */
    user: new Float64Array(factors),
    rows,
    itemOf: items,
    isShared,
    /** 1 for rows of what is installed, during a call. */
    isInstalled: new Uint8Array(hashRows.length),
    /** The place of an item that several rows stand for, plus one, during a call. */
    placeOf: new Uint32Array(size),
    scores: new Float64Array(rows.length + ROWS_IN_BLOCK),
    items: new Uint32Array(rows.length),
  };
  return kernel.start<typeof columns, CollaborativeLoops>(columns);
}
