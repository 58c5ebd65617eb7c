import type { ClientKey, ClientKeys, Sha256Hex } from '../domain/client-key.ts';
import type { EpochMs } from '../domain/clock.ts';
import type { OutgoingRecord } from '../log/event-log.ts';
import type { RecordCodec } from '../log/record-codec.ts';
import type { DecodedPing, Deletion, Observation } from './decoded-ping.ts';
import type { Place } from './geo.ts';
import { PingRejection } from './ping-rejection.ts';

/** A broker refuses larger records for good; found here, it is the sender's fault and not the log's. */
export const MAX_EVENT_BYTES = 900_000;

const TOPIC = 'addons.client.event.v1';

/** What becomes of decoded pings on `addons.client.event.v1`. */
export class PingRecords {
  readonly #codec: RecordCodec;
  readonly #keys: ClientKeys;

  constructor(codec: RecordCodec, keys: ClientKeys) {
    this.#codec = codec;
    this.#keys = keys;
  }

  /**
   * The records of any ping; none where it stands for nobody.
   * @param place where the browser is; asked for only where it is kept
   * @param requestId makes the request id of a client's own deletion
   * @throws PingRejection `too-large`
   */
  of(
    ping: DecodedPing,
    place: () => Place,
    requestId: () => string,
    submittedAt: EpochMs,
  ): readonly OutgoingRecord[] {
    switch (ping.kind) {
      case 'observation':
        return this.observed(ping, place(), submittedAt);
      case 'deletion':
        return this.deletions(ping, requestId(), submittedAt);
      case 'nobody':
        return [];
    }
  }

  /**
   * What the browser says under its key and, where the ping names both ids, the link under the other one.
   * @throws PingRejection `too-large`
   */
  observed(ping: Observation, place: Place, submittedAt: EpochMs): readonly OutgoingRecord[] {
    const key = this.#keys.of(ping.client);
    const { createdAt, documentId, addons, counters } = ping;
    const facts = { ...ping.facts, city: place.city, country: place.country };
    const value = this.#codec.encode('addons.ClientObserved', {
      kind: 'observed',
      createdAt,
      submittedAt,
      documentId,
      addons,
      counters,
      facts,
    });
    if (value.length > MAX_EVENT_BYTES) {
      throw new PingRejection('too-large', `a ping may become at most ${MAX_EVENT_BYTES} bytes`);
    }
    const observed = { topic: TOPIC, key, value } as const;
    return ping.alias === null ? [observed] : [observed, this.#link(ping.alias, key, ping, submittedAt)];
  }

  /** One deletion under every id that the ping names; they are one request. */
  deletions(ping: Deletion, requestId: string, submittedAt: EpochMs): readonly OutgoingRecord[] {
    const value = this.#codec.encode('addons.ClientDeletionRequested', {
      kind: 'deletion-requested',
      createdAt: ping.createdAt,
      submittedAt,
      requestId,
      origin: 'client',
      reopen: false,
      derivedFrom: null,
    });
    return ping.clients.map((sha) => ({ topic: TOPIC, key: this.#keys.of(sha), value }));
  }

  #link(alias: Sha256Hex, canonical: ClientKey, ping: Observation, submittedAt: EpochMs): OutgoingRecord {
    const { createdAt } = ping;
    const event = { kind: 'link-requested', createdAt, submittedAt, canonical } as const;
    return {
      topic: TOPIC,
      key: this.#keys.of(alias),
      value: this.#codec.encode('addons.ClientLinkRequested', event),
    };
  }
}
