import type { ErasureReceipt, Product } from '../domain/deletion.ts';
import type { EventLog, Offset } from '../log/event-log.ts';
import type { RecordCodec } from '../log/record-codec.ts';

const TOPIC = 'privacy.erasure.completed.v1';

/**
 * The receipts of one product: one for each request, whoever writes them; more only where further rows of the client
 * closed after the first.
 */
export class ReceiptBook {
  readonly #log: EventLog;
  readonly #codec: RecordCodec;
  readonly #product: Product;
  readonly #written = new Set<string>();
  readonly #next = new Map<number, Offset>();

  constructor(log: EventLog, codec: RecordCodec, product: Product) {
    this.#log = log;
    this.#codec = codec;
    this.#product = product;
  }

  /** True when the request had a receipt when the book was last read. */
  has(requestId: string): boolean {
    return this.#written.has(requestId);
  }

  /** Reads what was added since the last time. */
  async catchUp(): Promise<void> {
    for (const [partition, { earliest, end }] of (await this.#log.bounds(TOPIC)).entries()) {
      const from = Math.max(earliest, this.#next.get(partition) ?? 0);
      if (from < end) await this.#read(partition, from, end);
      this.#next.set(partition, end);
    }
  }

  /**
   * Writes the receipts that are not there yet, and all of `further`, in one piece.
   * @throws TaarError `writer-fenced` (halt) where another writer has begun since
   */
  async write(receipts: readonly ErasureReceipt[], further: readonly ErasureReceipt[] = []): Promise<void> {
    const writer = await this.#log.exclusiveWriter(`receipts.${this.#product}`);
    await this.catchUp();
    const missing = [...receipts.filter(({ requestId }) => !this.has(requestId)), ...further];
    if (missing.length === 0) return;
    await writer.append(
      missing.map((receipt) => ({
        topic: TOPIC,
        key: receipt.requestId,
        value: this.#codec.encode('privacy.ErasureReceipt', receipt),
      })),
    );
    for (const { requestId } of missing) this.#written.add(requestId);
  }

  async #read(partition: number, from: Offset, to: Offset): Promise<void> {
    for await (const { key, value } of this.#log.read({ topic: TOPIC, partition, from, to })) {
      if (value === null) continue;
      await this.#codec.learn([value]);
      const { product } = this.#codec.decodeAs('privacy.ErasureReceipt', value);
      if (product === this.#product) this.#written.add(key);
    }
  }
}
