import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { sendNotFound } from '../../ops/unrouted.ts';
import type { AddonModels } from '../addons/runtime.ts';
import { NO_MODELS } from '../addons/taarlite/answers.ts';
import type { TaarliteFeedback } from '../addons/taarlite/taarlite-feedback.ts';
import type { AnswerSender } from './answer.ts';
import { isSegment } from './segment.ts';
import type { ServedModels } from './served-models.ts';

const PARAMS = Type.Object({
  guid: Type.String({ description: 'the add-on that is looked at', examples: ['uBlock0@raymondhill.net'] }),
});
const QUERY = Type.Object({
  normalize: Type.Optional(
    Type.Union([Type.String(), Type.Array(Type.String())], {
      description: 'none, row_count, row_sum, rownorm_sum (default) or guidception; the first value counts',
    }),
  ),
});
const RESULTS = Type.Object({ results: Type.Array(Type.String()) });

/** `/taarlite/…/<guid>/`: add-ons that go with one, all places filled or none (spec/taar-serving.md section 1.3). */
export function registerTaarlite(
  app: FastifyInstance,
  models: ServedModels<AddonModels>,
  sender: AnswerSender,
  feedback: Pick<TaarliteFeedback, 'served'> | undefined,
): void {
  app.get<{ Params: Type.Static<typeof PARAMS>; Querystring: Type.Static<typeof QUERY> }>(
    '/taarlite/api/v1/addon_recommendations/:guid/',
    {
      schema: {
        summary: 'Add-ons that go with an add-on',
        params: PARAMS,
        querystring: QUERY,
        response: { 200: RESULTS },
      },
    },
    (request, reply) => {
      const { guid } = request.params;
      if (!isSegment(guid)) return sendNotFound(reply);
      const { normalize } = request.query;
      const mode = Array.isArray(normalize) ? normalize[0] : normalize;
      const current = models.current();
      const answer = current?.runtime.taarlite?.answer(guid, mode) ?? NO_MODELS;
      feedback?.served(answer, guid, current);
      return sender.send(reply, 'taarlite', answer.body, {
        setVersion: current?.setVersion,
        path: answer.path,
      });
    },
  );
}
