import { performance } from 'node:perf_hooks';
import { featuresOfProfile } from '../../domain/client-features.ts';
import { randomReserve } from '../../domain/random-reserve.ts';
import { REQUEST_ID_RANDOM_BYTES, requestIdAt } from '../../domain/request-id.ts';
import { AddonFeedback } from '../../serving/addons/addon-feedback.ts';
import { servedCatalogue } from '../../serving/addons/catalogue/served-catalogue.ts';
import { ClientProfileReader } from '../../serving/addons/client-profiles.ts';
import { addonFlows } from '../../serving/addons/flow/addon-flows.ts';
import { ADDON_PARAMS } from '../../serving/addons/flow/addon-params.ts';
import { FlowRecommender, type ReadClient } from '../../serving/addons/flow/flow-recommender.ts';
import { RecordedRecommender } from '../../serving/addons/recorded-recommender.ts';
import type { AddonModels } from '../../serving/addons/runtime.ts';
import { TaarliteFeedback } from '../../serving/addons/taarlite/taarlite-feedback.ts';
import type { AnswerFeedback } from '../../serving/feedback/answer-feedback.ts';
import type { CountedAnswers } from '../../serving/feedback/counted-answers.ts';
import { meteredStats } from '../../serving/flow/metered-stats.ts';
import { ParamRegistry, type ParamSettings } from '../../serving/flow/param-registry.ts';
import type { ServingDependencies } from '../../serving/http/register.ts';
import type { ServedModels } from '../../serving/http/served-models.ts';
import type { ProfileReader } from '../../views/profile-reader.ts';
import type { TopicTable } from '../../views/topic-table.ts';
import type { AssemblyParts } from './assembly-parts.ts';
import type { Feedback } from './feedback.ts';

export interface Answering {
  readonly models: ServedModels<AddonModels>;
  readonly profiles: ProfileReader;
  /** What answers are checked against; whoever starts it. */
  readonly catalogue: TopicTable<'addons.Listing'>;
  /** The operator's rules. */
  readonly paramSettings?: ParamSettings | undefined;
  readonly feedback: Pick<Feedback, 'observations'> & {
    readonly counted: Pick<CountedAnswers, 'served'>;
    readonly answers: Pick<AnswerFeedback, 'served'>;
  };
}

/** What the routes of a process that answers are made with. */
export function servingOf(
  { opened, settings, clock, logger, metrics }: AssemblyParts,
  { models, profiles, catalogue, paramSettings, feedback }: Answering,
): ServingDependencies {
  const { keys: clientKeys } = opened;
  const random = randomReserve();
  const clients = new ClientProfileReader({ profiles, clientKeys, clock, logger });
  const tools = { stats: meteredStats(metrics), stopwatch: () => performance.now() };
  const readClient: ReadClient = async (hash) => {
    const client = await clients.read(hash);
    return client.kind === 'known' ? { ...client, features: featuresOfProfile(client.profile) } : client;
  };
  const params = paramSettings && new ParamRegistry(ADDON_PARAMS, paramSettings, tools.stats);
  const flows = addonFlows(settings.taarStrategy, tools, servedCatalogue(catalogue));
  const addonFeedback = new AddonFeedback({ feedback: feedback.answers, keys: clientKeys, models });
  const flowing = new FlowRecommender({ models, readClient, flows, clock });
  return {
    models,
    clients,
    recommending: {
      recommender: new RecordedRecommender(flowing, addonFeedback),
      feedback: addonFeedback,
      maxResults: settings.taarMaxResults,
      params,
      newId: () => requestIdAt(clock(), random(REQUEST_ID_RANDOM_BYTES)),
    },
    taarliteFeedback: new TaarliteFeedback(feedback.counted),
    observations: feedback.observations,
    apiToken: settings.apiToken,
    logger,
    metrics,
  };
}
