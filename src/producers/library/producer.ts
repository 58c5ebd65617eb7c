import type { ClientObservation, Moment } from './client-observation.ts';

/**
 * What became of an observation or a ping. `published`: it is durable. `nobody`: its id stands for no client (what
 * Firefox sends when telemetry is off), so nothing was published. `unread`: a ping of a kind that is not used.
 */
export type Outcome = 'published' | 'nobody' | 'unread';

/** A ping as a browser sent it, for a service that receives pings itself. */
export interface ReceivedPing {
  /** The path of the request, `/submit/…`: says what the ping is. */
  readonly path: string;
  /** The body as it came, plain or gzipped. */
  readonly body: Uint8Array;
  /** Where the sender is, as far as its address tells. */
  readonly place?: { readonly country: string | null; readonly city: string | null };
  /** When it reached you, never in the future; without it now. */
  readonly submittedAt?: Moment;
}

/**
 * Publishes events of clients, just as the HTTP intake does: with the same hashing, schemas and partitions. No raw
 * client id leaves this process.
 *
 * Each call resolves when its event is durable on all brokers that must have it. An error has a `code` and a
 * `disposition`: `retry` passes by itself (`log-unavailable`, `log-overloaded`), so wait and call again; `dead-letter`
 * means that this input is wrong for good; `halt` needs somebody. What was refused after `log-unavailable` may still
 * have been written: give observations a `documentId`, then a second time changes nothing.
 */
export interface Producer {
  /** @throws TaarError; where the input is wrong, in words that name the field and never what stood in it */
  observe(observation: ClientObservation): Promise<Outcome>;
  /** Takes a ping as Firefox sends it; its `deletion-request` too. @throws as `observe` */
  publishPing(ping: ReceivedPing): Promise<Outcome>;
  /**
   * Asks, as the operator, for the deletion of a client from every product.
   * @param client the raw client id, or its SHA-256 as 64 hex digits in lower case
   * @param options `reopen`: true admits what the client makes and sends from now on
   * @returns the request id, under which receipts will appear; the request is durable then
   * @throws as `observe`
   */
  requestDeletion(client: string, options?: { readonly reopen?: boolean }): Promise<string>;
  /** Takes nothing more, waits for what is under way (10 s at most), and ends the connections. */
  close(): Promise<void>;
}
