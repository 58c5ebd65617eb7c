import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ClientKeys } from '../domain/client-key.ts';
import type { Clock } from '../domain/clock.ts';
import type { EventLog } from '../log/event-log.ts';
import type { RecordCodec } from '../log/record-codec.ts';
import { sendError } from '../ops/http-json.ts';
import type { Logger } from '../ops/logging.ts';
import type { Metrics } from '../ops/metrics.ts';
import type { GeoLookup } from './geo.ts';
import { type InFlightLimits, MAX_IN_FLIGHT } from './in-flight.ts';
import { IntakeMetrics } from './intake-metrics.ts';
import { PingDecoder } from './ping-decoder.ts';
import { type IntakeAnswer, PingIntake } from './ping-intake.ts';
import { PingRecords } from './ping-records.ts';

export interface IntakeDependencies {
  readonly publisher: Pick<EventLog, 'append'>;
  readonly codec: RecordCodec;
  readonly keys: ClientKeys;
  readonly clock: Clock;
  readonly geo: GeoLookup;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Makes the request id of a client's own deletion. */
  readonly requestId: () => string;
  readonly limits?: InFlightLimits;
}

/** When a sender may come back; Firefox has its own, longer, schedule, and others should not storm. */
const RETRY_AFTER_SECONDS = 10;
/** Fastify refuses content types that it cannot parse before any parser sees them; this one it can. */
const ANY_BYTES = 'application/octet-stream';

/**
 * Answers `POST /submit/…` as Firefox needs it (spec/firefox.md): 200 when the ping is durable, or of a kind that is
 * not read; 400 or 413 when it is wrong; 503 when it should come again. The body is bytes, whatever the headers say.
 * These routes write no request log, as their paths and bodies are not to be kept.
 */
export function registerIntake(app: FastifyInstance, dependencies: IntakeDependencies): void {
  const { codec, keys, metrics, limits } = dependencies;
  const decoder = new PingDecoder();
  const intake = new PingIntake({
    ...dependencies,
    decoder,
    records: new PingRecords(codec, keys),
    metrics: new IntakeMetrics(metrics),
    limits: limits ?? MAX_IN_FLIGHT,
  });
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    scope.addHook('onClose', () => decoder.close());
    scope.post('/submit/*', { logLevel: 'silent', onRequest: takeAnyBytes }, async (request, reply) =>
      send(reply, await intake.submit(request.raw, request.ip)),
    );
  });
}

function takeAnyBytes(request: FastifyRequest, _reply: FastifyReply, done: () => void): void {
  if (request.headers['content-type'] !== undefined) request.headers['content-type'] = ANY_BYTES;
  done();
}

function send(reply: FastifyReply, answer: IntakeAnswer): FastifyReply {
  switch (answer.kind) {
    case 'accepted':
      return reply.code(200).send('');
    case 'rejected': {
      const { code, message, status } = answer.rejection;
      // The sender may not have stopped: nothing behind this body can be read.
      if (status === 413) reply.header('connection', 'close');
      return sendError(reply, status, { error: message, code });
    }
    case 'come-back':
      reply.header('retry-after', String(RETRY_AFTER_SECONDS));
      return sendError(reply, 503, {
        error: 'the ping cannot be taken now; send it again later',
        code: 'come-back',
      });
  }
}
