import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Static, Type } from 'typebox';
import { TaarError } from '../../domain/errors.ts';
import { OBSERVATION_KINDS } from '../../domain/served.ts';
import { sendError, sendJson } from '../../ops/http-json.ts';
import type { Logger } from '../../ops/logging.ts';
import type { RouteGuard } from '../http/client-guard.ts';
import { checkStrictly } from '../http/strict-schemas.ts';
import { TOKEN_FORM } from './answer-tokens.ts';
import type { FeedbackMetrics, ObservationOutcome } from './feedback-metrics.ts';
import type { Observations } from './observations.ts';

export interface ObservationsRouteParts {
  readonly observations: Pick<Observations, 'add'>;
  readonly metrics: FeedbackMetrics;
  readonly logger: Logger;
  /** Hooks that let through who may use client routes; none: everybody. */
  readonly guard: RouteGuard;
}

/** A page of recommendations has some dozens of places, each with a few events. */
const MAX_OBSERVATIONS = 100;
/** Longest add-on ids have some 255 characters. */
const MAX_ITEM_CHARACTERS = 512;
/** The largest body that the schema lets through, with room for white space. */
const MAX_BODY_BYTES = 131_072;
const RETRY_AFTER_SECONDS = 10;
/** The latest moment that can be written as a date. */
const LAST_MOMENT_MS = 8_640_000_000_000_000;

export const OBSERVATIONS_BODY = Type.Object(
  {
    token: Type.String({ pattern: TOKEN_FORM, description: 'of the answer, as it was given with it' }),
    observations: Type.Array(
      Type.Object(
        {
          item: Type.String({ minLength: 1, maxLength: MAX_ITEM_CHARACTERS, description: 'id of the item' }),
          kind: Type.Enum([...OBSERVATION_KINDS]),
          at: Type.Optional(
            Type.Integer({
              minimum: 0,
              maximum: LAST_MOMENT_MS,
              description: 'when it was seen, in milliseconds since 1970-01-01T00:00Z',
            }),
          ),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: MAX_OBSERVATIONS },
    ),
  },
  {
    additionalProperties: false,
    examples: [
      {
        token: 'AZr1YhAAq7Hn0c2VtXkq7Hn0c2VtXkq7Hn0c2VtXkq7Hn0c2VtXkq7Hn',
        observations: [
          { item: 'uBlock0@raymondhill.net', kind: 'impression', at: 1_782_000_000_000 },
          { item: 'uBlock0@raymondhill.net', kind: 'click' },
        ],
      },
    ],
  },
);
const TAKEN = Type.Object({ taken: Type.Integer({ description: 'observations that are durable now' }) });
const FAULT = Type.Object({ error: Type.String(), code: Type.String() });

/** What a token's fault is called, and how it is counted. */
const TOKEN_FAULTS: Readonly<Record<string, ObservationOutcome>> = {
  'answer-token-unknown': 'token-unknown',
  'answer-token-expired': 'token-expired',
};

/**
 * `POST /v2/observations`: what became of the items of an answer; 202 once it is durable. No log line and no figure
 * holds a token or an item.
 */
export function registerObservations(app: FastifyInstance, parts: ObservationsRouteParts): void {
  const { observations, metrics, logger, guard } = parts;
  app.register(async (scope) => {
    checkStrictly(scope);
    scope.post<{ Body: Static<typeof OBSERVATIONS_BODY> }>(
      '/v2/observations',
      {
        onRequest: [...guard],
        bodyLimit: MAX_BODY_BYTES,
        attachValidation: true,
        schema: {
          summary: 'Tells what became of the items of an answer',
          takesToken: true,
          body: OBSERVATIONS_BODY,
          response: { 202: TAKEN, 400: FAULT, 413: FAULT, 415: FAULT, 422: FAULT, 503: FAULT },
        },
      },
      async ({ body, validationError }, reply) => {
        if (validationError !== undefined) {
          metrics.request('invalid');
          return sendError(reply, 400, { error: validationError.message, code: 'observations-invalid' });
        }
        try {
          await observations.add(body.token, body.observations);
        } catch (error) {
          return sendFailure(reply, error, metrics, logger);
        }
        metrics.request('written');
        for (const { kind } of body.observations) metrics.observed(kind);
        return sendJson(reply.code(202), JSON.stringify({ taken: body.observations.length }));
      },
    );
  });
}

function sendFailure(
  reply: FastifyReply,
  error: unknown,
  metrics: FeedbackMetrics,
  logger: Logger,
): FastifyReply {
  if (!(error instanceof TaarError)) throw error;
  const fault = TOKEN_FAULTS[error.code];
  if (fault !== undefined) {
    metrics.request(fault);
    return sendError(reply, 422, { error: error.message, code: error.code });
  }
  metrics.request('put-off');
  logger.error({ code: error.code }, 'observations cannot be taken now');
  reply.header('retry-after', String(RETRY_AFTER_SECONDS));
  return sendError(reply, 503, { error: 'this cannot be taken now; send it again later', code: 'come-back' });
}
