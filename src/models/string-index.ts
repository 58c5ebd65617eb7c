import { TaarError } from '../domain/errors.ts';
import { murmur2 } from '../log/partition.ts';
import type { Section, Sections } from './snapshot.ts';
import type { StringTable } from './string-table.ts';

/** Keeps the table at most half full, so that a search ends after a step or two. */
const SLOTS_PER_STRING = 2;

/**
 * Builds the sections of a `StringIndex`: an open-addressing hash table of string numbers, so that a lookup needs
 * no map of all strings in memory.
 * @throws TaarError `model-invalid` (halt) where a string stands twice
 */
export function buildStringIndex(name: string, table: StringTable): readonly Section[] {
  const slots = new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(2, table.size * SLOTS_PER_STRING))));
  let longest = 0;
  for (let i = 0; i < table.size; i++) {
    const bytes = table.bytesAt(i);
    longest = Math.max(longest, bytes.length);
    const slot = slotOf(slots, table, bytes);
    if (slots[slot] !== 0) {
      throw new TaarError(
        'model-invalid',
        'halt',
        `${name}: strings ${(slots[slot] ?? 0) - 1} and ${i} are equal`,
      );
    }
    slots[slot] = i + 1;
  }
  return [
    { name: `${name}.slots`, type: 'u32', shape: [slots.length], data: slots },
    { name: `${name}.longest`, type: 'u32', shape: [1], data: Uint32Array.of(longest) },
  ];
}

/** Finds the number of a string in a table, by views on what `buildStringIndex` made. */
export class StringIndex {
  readonly #table: StringTable;
  readonly #slots: Uint32Array;
  readonly #longest: number;
  readonly #scratch: Buffer;

  constructor(name: string, sections: Sections, table: StringTable) {
    this.#table = table;
    this.#slots = sections.u32(`${name}.slots`);
    this.#longest = sections.u32(`${name}.longest`)[0] ?? 0;
    // UTF-8 needs at most three bytes a UTF-16 unit.
    this.#scratch = Buffer.alloc(3 * this.#longest);
  }

  /** The string's number; -1 where the table does not hold it. */
  find(text: string): number {
    // A longer text cannot be in the table, and half a surrogate pair would be encoded as another character.
    if (text.length > this.#longest || !text.isWellFormed()) return -1;
    const bytes = this.#scratch.subarray(0, this.#scratch.write(text));
    return (this.#slots[slotOf(this.#slots, this.#table, bytes)] ?? 0) - 1;
  }
}

/** The slot that holds the string, or the free one where it belongs. */
function slotOf(slots: Uint32Array, table: StringTable, bytes: Uint8Array): number {
  const mask = slots.length - 1;
  let slot = murmur2(bytes) & mask;
  for (let at = slots[slot] ?? 0; at !== 0; at = slots[slot] ?? 0) {
    if (table.hasBytes(at - 1, bytes)) return slot;
    slot = (slot + 1) & mask;
  }
  return slot;
}
