import type { IncomingMessage } from 'node:http';
import type { Clock } from '../domain/clock.ts';
import { TaarError } from '../domain/errors.ts';
import type { EventLog, OutgoingRecord } from '../log/event-log.ts';
import type { RecordCodec } from '../log/record-codec.ts';
import type { Logger } from '../ops/logging.ts';
import type { DecodedPing } from './decoded-ping.ts';
import type { GeoLookup } from './geo.ts';
import { InFlight, type InFlightLimits } from './in-flight.ts';
import type { IntakeMetrics, PingOutcome } from './intake-metrics.ts';
import { MAX_UNPACKED_BYTES } from './ping-body.ts';
import type { PingDecoder } from './ping-decoder.ts';
import type { PingRecords } from './ping-records.ts';
import { PingRejection } from './ping-rejection.ts';
import { readBody } from './request-body.ts';
import { type DocumentTypeLabel, documentTypeOf, parseSubmission } from './submission.ts';

/** Codes of failures that senders can bring about as they like: they are counted, and fill no log. */
const UNTOLD: ReadonlySet<string> = new Set([
  'body-interrupted',
  'intake-overloaded',
  'large-pings-overloaded',
]);

/** What the sender of a ping is told. */
export type IntakeAnswer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'rejected'; readonly rejection: PingRejection }
  | { readonly kind: 'come-back' };

export interface PingIntakeParts {
  readonly publisher: Pick<EventLog, 'append'>;
  readonly codec: RecordCodec;
  readonly records: PingRecords;
  readonly clock: Clock;
  readonly geo: GeoLookup;
  readonly metrics: IntakeMetrics;
  readonly logger: Logger;
  readonly decoder: PingDecoder;
  readonly limits: InFlightLimits;
  /** Makes the request id of a client's own deletion. */
  readonly requestId: () => string;
}

/** Takes one submission from its request to the log. */
export class PingIntake {
  readonly #parts: PingIntakeParts;
  readonly #inFlight: InFlight;
  #logFails = false;

  constructor(parts: PingIntakeParts) {
    this.#parts = parts;
    this.#inFlight = new InFlight(parts.limits);
  }

  /** Never rejects. `accepted` means: durable, or nothing that is to be kept. */
  async submit(request: IncomingMessage, address: string): Promise<IntakeAnswer> {
    const submission = parseSubmission(request.url ?? '');
    const type = documentTypeOf(submission);
    const inFlight = this.#inFlight.begin();
    this.#parts.metrics.inFlight(this.#inFlight.pings);
    let size = 0;
    try {
      if (submission.kind === 'unread') {
        await readBody(request, 0);
        return this.#accepted(type, submission.reason);
      }
      const body = await readBody(request, MAX_UNPACKED_BYTES, inFlight.keep);
      size = body.size;
      inFlight.complete();
      const encoding = request.headers['content-encoding'];
      const ping = await this.#parts.decoder.decode(body.bytes, encoding, submission);
      await this.#append(this.#recordsOf(ping, address));
      return this.#accepted(type, ping.kind === 'nobody' ? 'nobody' : 'published');
    } catch (error) {
      return await this.#failed(error, type, size);
    } finally {
      inFlight.end();
      this.#parts.metrics.inFlight(this.#inFlight.pings);
    }
  }

  #recordsOf(ping: DecodedPing, address: string): readonly OutgoingRecord[] {
    const { records, clock, geo, requestId } = this.#parts;
    return records.of(ping, () => geo.lookup(address), requestId, clock());
  }

  async #append(records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.#parts.publisher.append(records);
    if (this.#logFails) this.#parts.logger.info('pings are accepted again');
    this.#logFails = false;
  }

  #accepted(type: DocumentTypeLabel, outcome: PingOutcome): IntakeAnswer {
    this.#parts.metrics.ping(type, outcome);
    return { kind: 'accepted' };
  }

  async #failed(error: unknown, type: DocumentTypeLabel, size: number): Promise<IntakeAnswer> {
    if (!(error instanceof PingRejection)) {
      this.#noteFailure(error);
      return this.#comeBack(type, error instanceof TaarError ? error.code : 'unclassified');
    }
    this.#parts.metrics.ping(type, 'rejected');
    this.#parts.metrics.rejected(error.code);
    await this.#recordRejection(error, type, size);
    return { kind: 'rejected', rejection: error };
  }

  /** Says it once for each outage: a line a ping would fill the disk when the log is down because it is full. */
  #noteFailure(error: unknown): void {
    if (error instanceof TaarError && UNTOLD.has(error.code)) return;
    if (!this.#logFails) this.#parts.logger.error(describe(error), 'pings cannot be accepted');
    this.#logFails = true;
  }

  #comeBack(type: DocumentTypeLabel, code: string): IntakeAnswer {
    this.#parts.metrics.ping(type, 'refused');
    this.#parts.metrics.refused(code);
    return { kind: 'come-back' };
  }

  /** The sender is told even when the record of it is lost: sending a wrong ping again helps nobody. */
  async #recordRejection(rejection: PingRejection, documentType: string, bytes: number): Promise<void> {
    const { publisher, codec, clock, metrics } = this.#parts;
    const value = codec.encode('intake.PingRejected', {
      code: rejection.code,
      documentType,
      bytes,
      at: clock(),
    });
    try {
      await publisher.append([{ topic: 'intake.ping.rejected.v1', key: documentType, value }]);
    } catch {
      metrics.refused('rejection-not-recorded');
    }
  }
}

/** An error for the log. The message of an error that is not ours may quote the ping; its stack frames do not. */
function describe(error: unknown): Readonly<Record<string, unknown>> {
  if (error instanceof TaarError) return { code: error.code, reason: error.message };
  const stack = error instanceof Error ? error.stack?.split('\n') : [];
  return { code: 'unclassified', frames: stack?.filter((line) => line.startsWith('    at ')) };
}
