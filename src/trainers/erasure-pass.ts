import type { Clock } from '../domain/clock.ts';
import type { ErasureReceipt } from '../domain/deletion.ts';
import type { EventLog } from '../log/event-log.ts';
import type { TopicName } from '../log/topics.ts';
import type { SetActivator } from '../models/activation.ts';
import { couldHold } from '../models/erasure.ts';
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
    const { watch, receipts } = this.#parts;
    if ((await this.#readyNow()).length === 0) return 0;
    if (!(await this.#settle(signal))) return 0;
    const ready = await this.#readyNow();
    if (ready.length === 0) return 0;
    const written = await this.#eraseFor(ready);
    await receipts.write(written);
    for (const { requestId } of written) watch.erasures.close(requestId);
    return written.length;
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

  /** Erases what could hold the clients. A version that became active again is left, and its deletions wait on. */
  async #eraseFor(ready: readonly WaitingErasure[]): Promise<ErasureReceipt[]> {
    const { activator, clock } = this.#parts;
    const versions = [...new Set(ready.flatMap(({ holders }) => [...holders]))];
    const activation = { product: 'addons', by: 'trainer', reason: 'erasure' } as const;
    const { active } = versions.length === 0 ? { active: [] } : await activator.erase(activation, versions);
    const activeVersions = this.#activeVersions();
    return ready
      .filter(({ holders }) => !active.some((version) => holders.has(version)))
      .map(({ requestId, places, holders }) => ({
        requestId,
        product: 'addons',
        completedAt: clock(),
        closedRows: places.map(placeText),
        erasedVersions: [...holders].sort(),
        activeVersions,
      }));
  }

  #isBlocked({ holders }: WaitingErasure): boolean {
    return this.#activeVersions().some((version) => holders.has(version));
  }

  #activeVersions(): string[] {
    return this.#parts.published.sets.get('addons')?.active.members.map(modelKey) ?? [];
  }
}
