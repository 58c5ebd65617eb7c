import type { DeletionPlace } from '../models/erasure.ts';

/** A deletion that waits for its receipt. */
export interface WaitingErasure {
  readonly requestId: string;
  /** Where its closed rows stand in the changelog. */
  readonly places: readonly DeletionPlace[];
  /** `model@version` of every version seen so far that could hold the client. */
  readonly holders: ReadonlySet<string>;
}

interface Entry {
  /** The first place of each closed row, by its key. */
  readonly places: Map<string, DeletionPlace>;
  readonly holders: Set<string>;
}

/** The deletions whose closed rows were seen and that have no receipt yet, by request id. */
export class ErasureLedger {
  readonly #waiting = new Map<string, Entry>();

  /** Notes a closed row. A later record of the same row closes it again and changes nothing. */
  note(requestId: string, key: string, place: DeletionPlace): void {
    const entry = this.#waiting.get(requestId) ?? { places: new Map(), holders: new Set() };
    if (!entry.places.has(key)) entry.places.set(key, place);
    this.#waiting.set(requestId, entry);
  }

  /** Notes the versions that exist and could hold each client, so that a receipt names also those retired since. */
  noteHolders(holdersOf: (places: readonly DeletionPlace[]) => readonly string[]): void {
    for (const { places, holders } of this.#waiting.values()) {
      for (const version of holdersOf([...places.values()])) holders.add(version);
    }
  }

  /** These rows have their receipt. A row that was noted since keeps the request waiting. */
  close({ requestId, places }: Pick<WaitingErasure, 'requestId' | 'places'>): void {
    const entry = this.#waiting.get(requestId);
    if (entry === undefined) return;
    const done = new Set(places.map(placeText));
    for (const [key, place] of entry.places) if (done.has(placeText(place))) entry.places.delete(key);
    entry.holders.clear();
    if (entry.places.size === 0) this.#waiting.delete(requestId);
  }

  get size(): number {
    return this.#waiting.size;
  }

  waiting(): readonly WaitingErasure[] {
    return [...this.#waiting].map(([requestId, { places, holders }]) => ({
      requestId,
      places: [...places.values()],
      holders: new Set(holders),
    }));
  }
}

/** `topic/partition/offset`, as receipts tell a place. */
export function placeText({ topic, partition, offset }: DeletionPlace): string {
  return `${topic}/${partition}/${offset}`;
}
