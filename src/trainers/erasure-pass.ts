import type { Clock } from '../domain/clock.ts';
import type { ErasureReceipt } from '../domain/deletion.ts';
import type { EventLog } from '../log/event-log.ts';
import type { TopicName } from '../log/topics.ts';
import type { SetActivator } from '../models/activation.ts';
import { couldHold, type DeletionPlace } from '../models/erasure.ts';
import { isImported } from '../models/model-import.ts';
import type { PublishedModels } from '../models/published-models.ts';
import { modelKey } from '../models/version.ts';
import { CHANGELOG, type ChangelogWatch } from './changelog-watch.ts';
import { placeText, type WaitingErasure } from './erasure-ledger.ts';
import { endsOf, processedBy, waitUntilReached } from './log-progress.ts';
import type { ReceiptBook } from './receipt-book.ts';

/** A deletion passes from an alias to the canonical row and from there to the other aliases. */
const DERIVATIONS = 2;

export interface ErasureParts {
  readonly log: EventLog;
  readonly watch: ChangelogWatch;
  readonly receipts: ReceiptBook;
  readonly published: PublishedModels;
  readonly activator: Pick<SetActivator, 'erase'>;
  readonly clock: Clock;
  /** The topic and consumer group that turn deletion events into closed rows. */
  readonly events: { readonly topic: TopicName; readonly group: string };
  /** How long to wait for them; see PATIENCE_MS. */
  readonly patienceMs: number;
}

/**
 * True where a closed row needs nothing more: its request has a receipt, and no version could hold the client. A
 * receipt alone does not tell, since a link that comes late closes another row of the client after it. Where there
 * is no version, the first one may be on its way.
 */
export function isCarriedOut(
  requestId: string,
  place: DeletionPlace,
  receipts: Pick<ReceiptBook, 'has'>,
  { manifests }: Pick<PublishedModels, 'manifests'>,
): boolean {
  if (!receipts.has(requestId) || manifests.size === 0) return false;
  return [...manifests.values()].every((manifest) => !couldHold(manifest, place));
}

/**
 * Finishes deletions (DESIGN section 7): for each whose closed rows all stand before the input of the active
 * versions, erases every other version that could hold the client and writes the receipt. Where no model exists
 * there is nothing to erase, and the receipt says so. Can be repeated at any time.
 */
export class ErasurePass {
  readonly #parts: ErasureParts;

  constructor(parts: ErasureParts) {
    this.#parts = parts;
  }

  /**
   * Looks at what exists now.
   * @returns the number of deletions that an active version may still hold: only another training helps
   */
  async blocked(): Promise<number> {
    await this.#observe();
    return this.#parts.watch.erasures.waiting().filter((erasure) => this.#isBlocked(erasure)).length;
  }

  /** The number of receipts written. */
  async run(signal: AbortSignal): Promise<number> {
    const { watch } = this.#parts;
    if ((await this.#readyNow()).length === 0) return 0;
    if (!(await this.#settle(signal))) return 0;
    const ready = await this.#readyNow();
    if (ready.length === 0) return 0;
    const finished = await this.#eraseFor(ready);
    const written = await this.#writeReceipts(finished);
    for (const erasure of finished) watch.erasures.close(erasure);
    return written;
  }

  /** A row that closed after the receipt of its request is worth a further one where it cost a version. */
  async #writeReceipts(finished: readonly WaitingErasure[]): Promise<number> {
    const { receipts } = this.#parts;
    const first = finished.filter(({ requestId }) => !receipts.has(requestId));
    const further = finished.filter(({ requestId, holders }) => receipts.has(requestId) && holders.size > 0);
    if (first.length + further.length === 0) return 0;
    const receiptOf = (erasure: WaitingErasure): ErasureReceipt => this.#receiptOf(erasure);
    await receipts.write(first.map(receiptOf), further.map(receiptOf));
    return first.length + further.length;
  }

  #receiptOf({ requestId, places, holders }: WaitingErasure): ErasureReceipt {
    const unproven = this.#unprovenVersions();
    return {
      requestId,
      product: 'addons',
      completedAt: this.#parts.clock(),
      closedRows: places.map(placeText),
      erasedVersions: [...holders].sort(),
      activeVersions: this.#activeVersions().filter((version) => !unproven.includes(version)),
      unprovenVersions: unproven,
    };
  }

  async #readyNow(): Promise<readonly WaitingErasure[]> {
    await this.#observe();
    return this.#parts.watch.erasures.waiting().filter((erasure) => !this.#isBlocked(erasure));
  }

  async #observe(): Promise<void> {
    const { watch, published } = this.#parts;
    await published.catchUp();
    const manifests = [...published.manifests.values()];
    watch.erasures.noteHolders((places) =>
      manifests.filter((manifest) => places.some((place) => couldHold(manifest, place))).map(modelKey),
    );
  }

  /**
   * Waits until all rows are closed that the deletions seen so far close: a derived deletion may still be on its
   * way when its cause has closed a row already.
   */
  async #settle(signal: AbortSignal): Promise<boolean> {
    const { log, watch, events, patienceMs } = this.#parts;
    for (let round = 0; round < DERIVATIONS; round++) {
      const ends = await endsOf(log, events.topic);
      const processed = () => processedBy(log, events.group, events.topic);
      if (!(await waitUntilReached(ends, processed, patienceMs, signal))) return false;
    }
    const changelog = await endsOf(log, CHANGELOG);
    return waitUntilReached(changelog, async () => watch.positions, patienceMs, signal);
  }

  /**
   * Erases what could hold the clients. A version that became active again is left, and its deletions wait on.
   * @returns the others
   */
  async #eraseFor(ready: readonly WaitingErasure[]): Promise<readonly WaitingErasure[]> {
    const versions = [...new Set(ready.flatMap(({ holders }) => [...holders]))];
    if (versions.length === 0) return ready;
    const activation = { product: 'addons', by: 'trainer', reason: 'erasure' } as const;
    const { active } = await this.#parts.activator.erase(activation, versions);
    return ready.filter(({ holders }) => !active.some((version) => holders.has(version)));
  }

  #isBlocked({ holders }: WaitingErasure): boolean {
    return this.#activeVersions().some((version) => holders.has(version));
  }

  #unprovenVersions(): string[] {
    return [...this.#parts.published.manifests.values()].filter(isImported).map(modelKey).sort();
  }

  #activeVersions(): string[] {
    return this.#parts.published.sets.get('addons')?.active.members.map(modelKey) ?? [];
  }
}
