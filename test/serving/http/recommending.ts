import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import { describeApi } from '../../../src/ops/api-description.ts';
import { createHttpServer } from '../../../src/ops/http.ts';
import { Metrics } from '../../../src/ops/metrics.ts';
import { ClientProfileReader } from '../../../src/serving/addons/client-profiles.ts';
import { ADDON_PARAMS } from '../../../src/serving/addons/flow/addon-params.ts';
import type { AddonAnswer, AddonQuestion } from '../../../src/serving/addons/recommender.ts';
import { FeedbackMetrics } from '../../../src/serving/feedback/feedback-metrics.ts';
import { CountedStats } from '../../../src/serving/flow/counted-stats.ts';
import { ParamRegistry, type ParamSettings } from '../../../src/serving/flow/param-registry.ts';
import { registerServing } from '../../../src/serving/http/register.ts';
import { RecordingLogger } from '../../ops/recording-logger.ts';
import { KEYS, NOW, openProfile, profilesOf } from '../profiles.ts';

export const ANSWERED: AddonAnswer = {
  items: [
    {
      id: 'ü@x',
      score: 2,
      probability: 0.5,
      sources: { collaborative: 1.5, locale: 0.5 },
      reasons: [{ kind: 'becauseOf', installed: ['b@x'] }],
    },
    { id: 'z@x', score: 1, probability: null, sources: {}, reasons: [{ kind: 'popular' }] },
  ],
  path: 'personal',
  setVersion: 'set 1',
  trace: undefined,
};

/** Answers are late here only where that is what is tested: a busy machine is no fault. */
const PATIENCE_MS = 10_000;

export interface Given {
  readonly answer?: (question: AddonQuestion) => Promise<AddonAnswer>;
  readonly apiToken?: string;
  readonly maxUnderWay?: number;
  readonly deadlineMs?: number;
  readonly params?: ParamSettings;
}

export interface RecommendingServer {
  readonly app: FastifyInstance;
  readonly metrics: Metrics;
  readonly log: RecordingLogger;
  /** What the recommender was asked, in order. */
  readonly questions: readonly AddonQuestion[];
  /** Paths of the recorded answers that were given in place of the recommender's. */
  readonly recorded: readonly string[];
}

/** The real server with all its routes, in front of a recommender that the test plays. */
export function recommendingServer(given: Given = {}): RecommendingServer {
  const metrics = new Metrics();
  const log = new RecordingLogger();
  const app = createHttpServer({ logger: log.logger, metrics, trustProxy: false });
  onTestFinished(() => app.close());
  const questions: AddonQuestion[] = [];
  const recorded: string[] = [];
  const answer = given.answer ?? (() => Promise.resolve(ANSWERED));
  const clients = new ClientProfileReader({
    profiles: profilesOf({ known: openProfile(['a@x']) }),
    clientKeys: KEYS,
    clock: () => NOW,
    logger: log.logger,
  });
  describeApi(app, '1.2.3');
  registerServing(app, {
    models: { current: () => undefined },
    clients,
    recommending: {
      feedback: {
        served: ({ path }) => {
          recorded.push(path);
          return () => 'token of another answer';
        },
      },
      recommender: {
        answer: (question) => {
          questions.push(question);
          return answer(question).then((given) => ({
            ...given,
            token: () => `token of ${question.requestId}, ${given.path}`,
          }));
        },
      },
      maxResults: 10,
      newId: () => `request ${questions.length + 1}`,
      params: given.params && new ParamRegistry(ADDON_PARAMS, given.params, new CountedStats(100)),
      ...(given.maxUnderWay === undefined ? {} : { maxUnderWay: given.maxUnderWay }),
      deadlineMs: given.deadlineMs ?? PATIENCE_MS,
    },
    observations: { observations: { add: () => Promise.resolve() }, metrics: new FeedbackMetrics(metrics) },
    apiToken: given.apiToken,
    logger: log.logger,
    metrics,
  });
  return { app, metrics, log, questions, recorded };
}
