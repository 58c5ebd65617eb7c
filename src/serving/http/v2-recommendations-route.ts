import type { FastifyInstance, FastifyReply } from 'fastify';
import { sendError, sendJson } from '../../ops/http-json.ts';
import { paramContextOf, RESULTS } from '../addons/flow/addon-params.ts';
import { ADDON_PLACEMENTS, type AddonPlacement } from '../addons/placements.ts';
import type { AddonQuestion } from '../addons/recommender.ts';
import { DEFAULT_PARAMS, type Params } from '../flow/param.ts';
import type { ParamRegistry } from '../flow/param-registry.ts';
import { sendOverloaded } from './admission.ts';
import type { AnswerSender } from './answer.ts';
import type { AnswersInTime } from './answers-in-time.ts';
import type { RouteGuard } from './client-guard.ts';
import { checkStrictly } from './strict-schemas.ts';
import { ANSWER, ERROR, QUESTION, type QuestionBody, UNKNOWN_PLACEMENT } from './v2-schemas.ts';

const ROUTE = 'v2_recommendations';
/** The largest body that the schema lets through, as UTF-8: 250 add-ons of 255 characters with three bytes each. */
const MAX_BODY_BYTES = 262_144;

export interface V2Dependencies {
  readonly answers: AnswersInTime;
  readonly sender: AnswerSender;
  readonly guard: RouteGuard;
  /** True where only holders of the token get here. */
  readonly isGuarded: boolean;
  readonly newId: () => string;
  /** What the operator has set, by rules; undefined: nothing. */
  readonly params?: Pick<ParamRegistry, 'resolve'> | undefined;
}

/** `POST /v2/recommendations`, for every placement. Clients are named in the body: a path ends up in logs of others. */
export function registerV2Recommendations(app: FastifyInstance, deps: V2Dependencies): void {
  app.register(async (scope) => {
    checkStrictly(scope);
    scope.post<{ Body: QuestionBody }>(
      '/v2/recommendations',
      {
        onRequest: [...deps.guard],
        bodyLimit: MAX_BODY_BYTES,
        attachValidation: true,
        schema: {
          summary: 'Add-ons for a client, or that go with an add-on, with how they came about',
          takesToken: true,
          body: QUESTION,
          response: {
            200: ANSWER,
            400: ERROR,
            403: ERROR,
            404: UNKNOWN_PLACEMENT,
            413: ERROR,
            415: ERROR,
            503: ERROR,
          },
        },
      },
      async ({ body, validationError }, reply) => {
        if (validationError !== undefined) {
          return sendError(reply, 400, { error: validationError.message, code: 'request-invalid' });
        }
        if (wantsInsight(body) && !deps.isGuarded) return sendForbidden(reply);
        const placement = ADDON_PLACEMENTS.get(body.placement);
        if (placement === undefined) return sendUnknownPlacement(reply);
        const fault = subjectFault(body, placement);
        if (fault !== undefined) return sendError(reply, 400, { error: fault, code: 'request-invalid' });
        return recommend(body, placement, reply, deps);
      },
    );
  });
}

async function recommend(
  body: QuestionBody,
  placement: AddonPlacement,
  reply: FastifyReply,
  { answers, sender, newId, params }: V2Dependencies,
): Promise<FastifyReply> {
  const question = questionOf(body, placement, newId(), params?.resolve(paramContextOf(body)));
  const answer = await answers.ask(ROUTE, question);
  if (answer === undefined) return sendOverloaded(reply);
  const { items, path, setVersion, trace, token } = answer;
  const shown = {
    requestId: question.requestId,
    placement: question.placement,
    items,
    path,
    setVersion: setVersion ?? null,
    token: token?.() ?? null,
    ...(body.debug === true ? { trace: trace ?? null } : {}),
  };
  return sender.send(reply, ROUTE, JSON.stringify(shown), { setVersion, path });
}

function questionOf(
  body: QuestionBody,
  placement: AddonPlacement,
  requestId: string,
  params: Params = DEFAULT_PARAMS,
): AddonQuestion {
  return {
    requestId,
    placement: body.placement,
    client: body.client,
    addon: body.addon,
    locale: body.locale,
    platform: body.platform,
    maxResults: body.maxResults ?? (params.get(RESULTS) || placement.maxResults),
    excluded: body.excluded ?? [],
    promoted: (body.promoted ?? []).map(({ id, weight }) => ({ guid: id, weight })),
    asTaar: false,
    seed: body.seed,
    params,
  };
}

/** What is wrong with whom or what the body names; undefined: nothing. */
function subjectFault(body: QuestionBody, { subject }: AddonPlacement): string | undefined {
  const other = subject === 'client' ? 'addon' : 'client';
  if (body[subject] === undefined) return `this placement needs the member ${subject}`;
  return body[other] === undefined ? undefined : `this placement takes no ${other}`;
}

/** Who can repeat an answer, or see what it was made of, can find out what a client has. */
function wantsInsight({ seed, debug }: QuestionBody): boolean {
  return seed !== undefined || debug === true;
}

function sendForbidden(reply: FastifyReply): FastifyReply {
  const error = 'seed and debug are for holders of API_TOKEN, and none is set';
  return sendError(reply, 403, { error, code: 'insight-forbidden' });
}

function sendUnknownPlacement(reply: FastifyReply): FastifyReply {
  const placements = [...ADDON_PLACEMENTS].map(([name, { about, subject }]) => ({ name, about, subject }));
  const error = 'there is no such placement';
  return sendJson(reply.code(404), JSON.stringify({ error, code: 'placement-unknown', placements }));
}
