import type { FastifyInstance } from 'fastify';
import type { Logger } from '../../ops/logging.ts';
import type { Metrics } from '../../ops/metrics.ts';
import type { ClientProfileReader } from '../addons/client-profiles.ts';
import type { AddonRecommender } from '../addons/recommender.ts';
import type { AddonModels } from '../addons/runtime.ts';
import type { TaarliteFeedback } from '../addons/taarlite/taarlite-feedback.ts';
import { type ObservationsRouteParts, registerObservations } from '../feedback/observations-route.ts';
import { Admission } from './admission.ts';
import { AnswerSender } from './answer.ts';
import { AnswersInTime, type AnswersInTimeOptions } from './answers-in-time.ts';
import { clientGuard } from './client-guard.ts';
import { registerClientHasAddon } from './client-has-addon-route.ts';
import { registerRecommendations } from './recommendations-route.ts';
import type { ServedModels } from './served-models.ts';
import { registerTaarlite } from './taarlite-route.ts';
import { registerV2Recommendations, type V2Dependencies } from './v2-recommendations-route.ts';

export interface ServingDependencies {
  readonly models: ServedModels<AddonModels>;
  readonly clients: ClientProfileReader;
  /** Without it there are no routes that recommend for a client. */
  readonly recommending?: Recommending;
  /** Without it TAARlite's answers leave no record. */
  readonly taarliteFeedback?: Pick<TaarliteFeedback, 'served'>;
  /** Without it nothing is taken about what became of answers. */
  readonly observations?: Pick<ObservationsRouteParts, 'observations' | 'metrics'>;
  /** Bearer token of the routes that tell of a client; undefined: they are open. */
  readonly apiToken: string | undefined;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** What recommendations for a client are made with. */
export interface Recommending {
  readonly recommender: AddonRecommender;
  /** Takes the records of what is answered in its place. */
  readonly feedback?: AnswersInTimeOptions['feedback'];
  /** How many add-ons TAAR's own route draws. */
  readonly maxResults: number;
  readonly newId: () => string;
  /** What the operator has set for `/v2/recommendations`. */
  readonly params?: V2Dependencies['params'];
  readonly deadlineMs?: number;
  readonly maxUnderWay?: number;
}

/** Adds the routes that answer for products to a server that `createHttpServer` made. */
export function registerServing(app: FastifyInstance, deps: ServingDependencies): void {
  const sender = new AnswerSender(deps.metrics);
  const guard = clientGuard(deps.apiToken);
  registerTaarlite(app, deps.models, sender, deps.taarliteFeedback);
  registerClientHasAddon(app, deps.models, deps.clients, sender, guard);
  if (deps.observations !== undefined) {
    registerObservations(app, { ...deps.observations, guard, logger: deps.logger });
  }
  if (deps.recommending === undefined) return;
  const { maxUnderWay, ...recommending } = deps.recommending;
  const admission = new Admission(deps.metrics, maxUnderWay);
  const answers = new AnswersInTime({ ...recommending, admission, logger: deps.logger });
  registerRecommendations(app, { ...recommending, answers, sender, guard });
  const isGuarded = deps.apiToken !== undefined;
  registerV2Recommendations(app, { ...recommending, answers, sender, guard, isGuarded });
}
