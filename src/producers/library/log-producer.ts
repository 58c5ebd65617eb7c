import type { ClientKeys, Sha256Hex } from '../../domain/client-key.ts';
import { parseSha256Hex } from '../../domain/client-key.ts';
import type { Clock } from '../../domain/clock.ts';
import { TaarError } from '../../domain/errors.ts';
import type { EventLog, OutgoingRecord } from '../../log/event-log.ts';
import type { RecordCodec } from '../../log/record-codec.ts';
import { requestDeletion } from '../deletion.ts';
import { MAX_UNPACKED_BYTES } from '../ping-body.ts';
import { PingDecoder } from '../ping-decoder.ts';
import { PingRecords } from '../ping-records.ts';
import { PingRejection } from '../ping-rejection.ts';
import { hashRawClientId } from '../raw-client-id.ts';
import { parseSubmission } from '../submission.ts';
import type { ClientObservation } from './client-observation.ts';
import { pastMoment, readObservation, readPlace } from './observation-input.ts';
import type { Outcome, Producer, ReceivedPing } from './producer.ts';

export interface LogProducerParts {
  readonly log: Pick<EventLog, 'append' | 'close'>;
  readonly codec: RecordCodec;
  readonly keys: ClientKeys;
  readonly clock: Clock;
  /** Makes request ids. */
  readonly newId: () => string;
}

/** The producer on an opened log, which is closed with it. */
export class LogProducer implements Producer {
  readonly #parts: LogProducerParts;
  readonly #records: PingRecords;
  readonly #decoder = new PingDecoder();
  readonly #underWay = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(parts: LogProducerParts) {
    this.#parts = parts;
    this.#records = new PingRecords(parts.codec, parts.keys);
  }

  observe(observation: ClientObservation): Promise<Outcome> {
    return this.#tracked(async () => {
      const { clock, newId } = this.#parts;
      const { ping, place, submittedAt } = readObservation(observation, clock());
      return this.#publish(this.#records.of(ping, () => place, newId, submittedAt));
    });
  }

  publishPing({ path, body, place, submittedAt }: ReceivedPing): Promise<Outcome> {
    return this.#tracked(async () => {
      const { clock, newId } = this.#parts;
      const at = pastMoment(submittedAt, clock());
      const from = readPlace(place);
      const submission = parseSubmission(path);
      if (submission.kind === 'unread') return 'unread';
      const ping = await this.#decoder.decode(boundedBody(body), undefined, submission);
      return this.#publish(this.#records.of(ping, () => from, newId, at));
    });
  }

  requestDeletion(client: string, { reopen = false }: { readonly reopen?: boolean } = {}): Promise<string> {
    return this.#tracked(() => {
      const key = this.#parts.keys.of(hashOf(client));
      if (typeof reopen !== 'boolean') throw new PingRejection('wrong-shape', 'reopen must be true or false');
      return requestDeletion(this.#parts, key, { reopen });
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    await this.#decoder.close();
    await this.#parts.log.close();
  }

  async #publish(records: readonly OutgoingRecord[]): Promise<Outcome> {
    if (records.length === 0) return 'nobody';
    await this.#parts.log.append(records);
    return 'published';
  }

  /** Work that `close` waits for. What fails at once rejects too: callers have one way to hear of errors. */
  async #tracked<R>(work: () => Promise<R>): Promise<R> {
    if (this.#closing !== undefined) throw new TaarError('producer-closed', 'halt', 'the producer is closed');
    const working = (async () => work())();
    this.#underWay.add(working);
    try {
      return await working;
    } finally {
      this.#underWay.delete(working);
    }
  }
}

/** Undefined where there is more than is read of a ping. */
function boundedBody(body: unknown): Buffer | undefined {
  if (!(body instanceof Uint8Array)) throw new PingRejection('wrong-shape', 'the body must be bytes');
  if (body.length > MAX_UNPACKED_BYTES) return undefined;
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

function hashOf(client: unknown): Sha256Hex {
  const sha = typeof client === 'string' ? parseSha256Hex(client) : undefined;
  if (sha !== undefined) return sha;
  const hashed = hashRawClientId(client);
  if (hashed.kind === 'client') return hashed.sha;
  throw new PingRejection(
    'client-id-invalid',
    hashed.kind === 'nobody'
      ? 'that id is what browsers send when telemetry is off: it stands for nobody'
      : 'a client is named by its id, a UUID in lower case with dashes, or by its SHA-256, 64 hex digits in lower case',
  );
}
