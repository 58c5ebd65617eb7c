import type { Change, Entry, View } from '../../src/views/view.ts';

/** No view in the tests has entries in a partition of a higher number, except where a test says so itself. */
const PARTITIONS = 8;
const PAGE = 10_000;
/** A view may drop what is very old, so that changes are of today. */
const START = Date.now();

/** A change that writes `value`; `nth` orders it among the changes of its key. */
export function put(key: string, value: string | Uint8Array, nth: number): Change {
  return { key, value: Buffer.from(value), changedAt: START + nth };
}

/** A change that removes a key. */
export function remove(key: string, nth: number): Change {
  return { key, value: null, changedAt: START + nth };
}

/** `count` changes with ascending keys. */
export function numbered(count: number): Change[] {
  return Array.from({ length: count }, (_, i) => put(keyOf(i), `value ${i}`, i + 1));
}

export function keyOf(number: number): string {
  return number.toString().padStart(8, '0');
}

export function keysOf(entries: readonly Entry[]): string[] {
  return entries.map(({ key }) => key);
}

export function textOf(bytes: Uint8Array | null | undefined): string | undefined {
  return bytes === undefined || bytes === null ? undefined : Buffer.from(bytes).toString();
}

export function bytesOf(bytes: Uint8Array | undefined): number[] | undefined {
  return bytes === undefined ? undefined : [...bytes];
}

/** All entries of a view as text: partitions in ascending number, keys in ascending order. */
export async function contentsOf(
  view: View,
  encoding: BufferEncoding = 'latin1',
): Promise<[string, string][]> {
  const contents: [string, string][] = [];
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const entries = await view.range(partition, '', PAGE);
    if (entries.length === PAGE) throw new Error(`partition ${partition} holds more than can be compared`);
    for (const { key, value } of entries) contents.push([key, Buffer.from(value).toString(encoding)]);
  }
  return contents;
}
