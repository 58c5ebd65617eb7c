import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Static, Type } from 'typebox';
import { Check } from 'typebox/value';
import type { ClientKeys, Sha256Hex } from '../domain/client-key.ts';
import { parseSha256Hex } from '../domain/client-key.ts';
import { TaarError } from '../domain/errors.ts';
import { requireBearer } from '../ops/bearer-token.ts';
import { sendError, sendJson } from '../ops/http-json.ts';
import type { Logger } from '../ops/logging.ts';
import { type DeletionDependencies, requestDeletion } from './deletion.ts';
import type { ReceiptSearch } from './receipt-search.ts';

export interface DeletionRouteDependencies extends DeletionDependencies {
  readonly keys: ClientKeys;
  readonly receipts: Pick<ReceiptSearch, 'find'>;
  readonly logger: Logger;
  /** Without one there are no such routes. */
  readonly token: string | undefined;
}

const MAX_BODY_BYTES = 1_024;
const RETRY_AFTER_SECONDS = 10;

const BODY = Type.Object(
  {
    sha256: Type.String({
      pattern: '^[0-9a-f]{64}$',
      description: 'lower-case hex SHA-256 of the client id',
    }),
    reopen: Type.Optional(Type.Boolean({ description: 'admit what the client makes and sends from now on' })),
  },
  { additionalProperties: false },
);
const PARAMS = Type.Object({
  requestId: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }),
});
const REQUESTED = Type.Object({ requestId: Type.String() });
const REPORT = Type.Object({
  requestId: Type.String(),
  receipts: Type.Array(
    Type.Object({
      requestId: Type.String(),
      product: Type.String(),
      completedAt: Type.String(),
      closedRows: Type.Array(Type.String()),
      erasedVersions: Type.Array(Type.String()),
      activeVersions: Type.Array(Type.String()),
      unprovenVersions: Type.Array(Type.String()),
    }),
  ),
  complete: Type.Boolean(),
  searched: Type.Enum(['all', 'part']),
});

/**
 * What a privacy team calls: `POST /v1/deletions` asks for a deletion, 202 with its request id once that is durable;
 * `GET /v1/deletions/<requestId>` says what is proven about it. Both take the bearer token. No log line and no figure
 * holds a body or an id.
 */
export function registerDeletions(app: FastifyInstance, dependencies: DeletionRouteDependencies): void {
  const { keys, receipts, token } = dependencies;
  if (token === undefined) return;
  app.register(async (scope) => {
    scope.addHook('onRequest', requireBearer(token));
    // Strict, where the server's own would turn "false" into false: nobody's deletion may be weaker by a guess.
    scope.setValidatorCompiler<typeof BODY | typeof PARAMS>(
      ({ schema }) =>
        (value) =>
          Check(schema, value) ? { value } : { error: new Error('not as the schema says') },
    );
    scope.post<{ Body: Static<typeof BODY> }>(
      '/v1/deletions',
      {
        bodyLimit: MAX_BODY_BYTES,
        attachValidation: true,
        schema: { body: BODY, response: { 202: REQUESTED } },
      },
      async ({ body, validationError }, reply) => {
        const sha = validationError === undefined ? parseSha256Hex(body.sha256) : undefined;
        if (sha === undefined) return sendUnreadable(reply);
        return requested(reply, dependencies, keys, sha, body.reopen === true);
      },
    );
    scope.get<{ Params: Static<typeof PARAMS> }>(
      '/v1/deletions/:requestId',
      { attachValidation: true, schema: { params: PARAMS, response: { 200: REPORT } } },
      async ({ params, validationError }, reply) => {
        if (validationError !== undefined) {
          const error = 'a request id is a UUID in lower case, as POST /v1/deletions answered it';
          return sendError(reply, 400, { error, code: 'request-id-invalid' });
        }
        return orComeBack(reply, dependencies.logger, async () =>
          sendJson(reply, JSON.stringify(await receipts.find(params.requestId))),
        );
      },
    );
  });
}

function requested(
  reply: FastifyReply,
  dependencies: DeletionRouteDependencies,
  keys: ClientKeys,
  sha: Sha256Hex,
  reopen: boolean,
): Promise<FastifyReply> {
  return orComeBack(reply, dependencies.logger, async () => {
    const requestId = await requestDeletion(dependencies, keys.of(sha), { reopen });
    return sendJson(reply.code(202), JSON.stringify({ requestId }));
  });
}

/** A log that fails is told as something that passes: a deletion must come again, whatever the reason was. */
async function orComeBack(
  reply: FastifyReply,
  logger: Logger,
  work: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TaarError)) throw error;
    logger.error({ code: error.code }, 'a request about a deletion cannot be answered now');
    reply.header('retry-after', String(RETRY_AFTER_SECONDS));
    return sendError(reply, 503, {
      error: 'this cannot be answered now; ask again later',
      code: 'come-back',
    });
  }
}

function sendUnreadable(reply: FastifyReply): FastifyReply {
  const error =
    'the body must be a JSON object with "sha256", 64 hex digits in lower case, and perhaps "reopen", true or false';
  return sendError(reply, 400, { error, code: 'deletion-invalid' });
}
