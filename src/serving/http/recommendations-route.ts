import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { messageOf, TaarError } from '../../domain/errors.ts';
import { sendNotFound } from '../../ops/unrouted.ts';
import { LEGACY_PLACEMENT } from '../addons/placements.ts';
import { withPromoted } from '../addons/promoted.ts';
import type { PromotedAddon } from '../addons/recommender.ts';
import { sendOverloaded } from './admission.ts';
import type { AnswerSender } from './answer.ts';
import type { AnswersInTime } from './answers-in-time.ts';
import type { RouteGuard } from './client-guard.ts';
import { promotedOf, takeAnyType } from './legacy-body.ts';
import { legacyJson } from './legacy-json.ts';
import { isSegment } from './segment.ts';

const PARAMS = Type.Object({
  hashedClientId: Type.String({
    description: 'lower-case hex SHA-256 of the client id; anything else is an unknown client',
    examples: ['0000000000'],
  }),
});
const ONE_OR_MORE = Type.Union([Type.String(), Type.Array(Type.String())]);
const QUERY = Type.Object({
  locale: Type.Optional(
    Type.Union(ONE_OR_MORE.anyOf, {
      description: 'used where the profile has none; the first value counts',
      examples: ['en-US'],
    }),
  ),
  platform: Type.Optional(Type.Union(ONE_OR_MORE.anyOf, { description: 'changes nothing' })),
});
const RESULTS = Type.Object({ results: Type.Array(Type.String()) });
const MALFORMED = Type.Object({ results: Type.Array(Type.String()), error: Type.String() });

const ROUTE = 'recommendations';

interface Request {
  Params: Type.Static<typeof PARAMS>;
  Querystring: Type.Static<typeof QUERY>;
}

export interface RecommendationsDependencies {
  readonly answers: AnswersInTime;
  readonly sender: AnswerSender;
  readonly guard: RouteGuard;
  /** How many add-ons are drawn; promoted ones come on top. */
  readonly maxResults: number;
  readonly newId: () => string;
}

/** TAAR's own route (spec/taar-serving.md section 1.1): always 200 with a list of GUIDs, which may be empty. */
export function registerRecommendations(app: FastifyInstance, deps: RecommendationsDependencies): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.route<Request>({
      method: ['GET', 'POST'],
      url: '/v1/api/recommendations/:hashedClientId/',
      onRequest: [...deps.guard, takeAnyType],
      schema: {
        summary: 'Add-ons for a client, as TAAR answered; POST may name promoted ones',
        takesToken: true,
        params: PARAMS,
        querystring: QUERY,
        response: { 200: RESULTS, 400: MALFORMED },
      },
      handler: (request, reply) => recommend(request, reply, deps),
    });
  });
}

async function recommend(
  request: FastifyRequest<Request>,
  reply: FastifyReply,
  { answers, sender, maxResults, newId }: RecommendationsDependencies,
): Promise<FastifyReply> {
  const { hashedClientId } = request.params;
  if (!isSegment(hashedClientId)) return sendNotFound(reply);
  let promoted: readonly PromotedAddon[];
  try {
    promoted = promotedOf(request);
  } catch (error) {
    if (!(error instanceof TaarError)) throw error;
    return sendMalformed(reply, sender, error);
  }
  const answer = await answers.ask(ROUTE, {
    requestId: newId(),
    placement: LEGACY_PLACEMENT,
    client: hashedClientId,
    locale: firstOf(request.query.locale),
    platform: firstOf(request.query.platform),
    maxResults,
    excluded: [],
    promoted,
    asTaar: true,
    seed: undefined,
  });
  if (answer === undefined) return sendOverloaded(reply);
  // By weight, on top of what was drawn.
  const results = withPromoted(promoted, answer.items).map(({ id }) => id);
  return sender.send(reply, ROUTE, legacyJson({ results }), answer);
}

function sendMalformed(reply: FastifyReply, sender: AnswerSender, error: TaarError): FastifyReply {
  const body = legacyJson({ results: [], error: `Invalid JSON in POST: ${messageOf(error)}` });
  return sender.send(reply.code(400), ROUTE, body, { setVersion: undefined, path: 'empty:malformed' });
}

function firstOf(values: string | readonly string[] | undefined): string | undefined {
  return typeof values === 'string' ? values : values?.[0];
}
