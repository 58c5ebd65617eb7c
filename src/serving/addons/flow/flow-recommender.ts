import type { ClientFeatures } from '../../../domain/client-features.ts';
import type { Clock } from '../../../domain/clock.ts';
import { uniformsOf } from '../../../domain/random.ts';
import type { Flow } from '../../flow/flow.ts';
import type { FlowResult } from '../../flow/flow-spec.ts';
import { DEFAULT_PARAMS } from '../../flow/param.ts';
import type { UniformSource } from '../../flow/query.ts';
import type { ServedModels } from '../../http/served-models.ts';
import type { ClientProfile } from '../client-profiles.ts';
import { withPromoted } from '../promoted.ts';
import type { AddonAnswer, AddonQuestion, AddonRecommender, RecommendedAddon } from '../recommender.ts';
import type { AddonModels } from '../runtime.ts';
import { isTestClient } from '../test-client.ts';
import type { AddonFlows } from './addon-flows.ts';
import { LEAST_CANDIDATES, weighedBy } from './addon-params.ts';
import { type Asker, askerOf, NOBODY } from './asker.ts';
import { whyNothingGoesWith } from './going-with.ts';
import { madeUp, recommendedOf } from './recommended.ts';

/** What is known of a client, or why nothing is. */
export type KnownClient =
  | { readonly kind: 'known'; readonly features: ClientFeatures }
  | Exclude<ClientProfile, { readonly kind: 'known' }>;

/** Reads clients by the hash that callers know; never throws for a store's failures. */
export type ReadClient = (hash: string) => Promise<KnownClient>;

export interface FlowRecommenderParts {
  readonly models: ServedModels<AddonModels>;
  readonly readClient: ReadClient;
  readonly flows: AddonFlows;
  readonly clock: Clock;
  /** What is drawn with where the question names no seed. */
  readonly uniforms?: UniformSource;
}

/** Answers by the flows of the add-ons product, with one set of models from start to end. */
export class FlowRecommender implements AddonRecommender {
  readonly #parts: FlowRecommenderParts;

  constructor(parts: FlowRecommenderParts) {
    this.#parts = parts;
  }

  async answer(question: AddonQuestion): Promise<AddonAnswer> {
    const { models, readClient, flows } = this.#parts;
    const set = models.current();
    if (set === undefined) return this.#nothing(question, undefined, 'no-models');
    const { setVersion, runtime } = set;
    if (question.addon !== undefined) return this.#goingWith(question.addon, question, setVersion, runtime);
    if (question.client === undefined) {
      return this.#fallback(question, setVersion, runtime, NOBODY, 'no-client');
    }
    // Before the id is taken for a client's: a test id is none.
    if (isTestClient(question.client)) {
      const { items, trace } = await this.#run(flows.test, runtime, NOBODY, question);
      const tested = { items: items.map(madeUp), trace };
      return answerOf(question, setVersion, tested, items.length === 0 ? 'empty:no-allowlist' : 'test');
    }
    const client = await readClient(question.client);
    if (isGivenUp(question)) return this.#nothing(question, setVersion, 'late');
    if (client.kind !== 'known') {
      return this.#fallback(
        question,
        setVersion,
        runtime,
        NOBODY,
        client.kind === 'failed' ? client.why : client.kind,
      );
    }
    const { features } = client;
    const flow = question.asTaar ? flows.asTaar : flows.personal;
    const found = await this.#run(flow, runtime, features, question);
    if (found.items.length > 0) return answerOf(question, setVersion, found, 'personal');
    if (isGivenUp(question)) return this.#nothing(question, setVersion, 'late', found);
    return this.#fallback(question, setVersion, runtime, features, whyNothing(found, runtime), found);
  }

  async #goingWith(
    addon: string,
    question: AddonQuestion,
    setVersion: string,
    runtime: AddonModels,
  ): Promise<AddonAnswer> {
    const found = await this.#run(this.#parts.flows.goingWith, runtime, NOBODY, question);
    if (found.items.length > 0) return answerOf(question, setVersion, found, 'item');
    const why = whyNothingGoesWith(runtime, addon, found.trace?.stages.sources.out ?? 0);
    return this.#fallback(question, setVersion, runtime, NOBODY, why, found);
  }

  /** The old route gives nothing where TAAR gave nothing. */
  async #fallback(
    question: AddonQuestion,
    setVersion: string,
    runtime: AddonModels,
    features: ClientFeatures,
    why: string,
    found?: Run,
  ): Promise<AddonAnswer> {
    if (question.asTaar) return this.#nothing(question, setVersion, why, found);
    const run = await this.#run(this.#parts.flows.fallback, runtime, features, question);
    if (run.items.length === 0) return this.#nothing(question, setVersion, why, run);
    return answerOf(question, setVersion, run, `fallback:${why}`);
  }

  #nothing(question: AddonQuestion, setVersion: string | undefined, why: string, run?: Run): AddonAnswer {
    return answerOf(question, setVersion, run ?? NO_RUN, `empty:${why}`);
  }

  async #run(
    flow: Flow<Asker>,
    models: AddonModels,
    features: ClientFeatures,
    question: AddonQuestion,
  ): Promise<Run> {
    const { requestId, placement, maxResults, signal, params = DEFAULT_PARAMS } = question;
    const weighed = weighedBy(models, params);
    const share = Math.max(flow.quality, params.get(LEAST_CANDIDATES));
    const state = askerOf(weighed, features, { ...question, share });
    const result = await flow.run({
      requestId,
      placement,
      maxResults,
      params,
      state,
      items: models.items,
      uniforms: this.#uniformsOf(question),
      now: this.#parts.clock(),
      signal,
    });
    const { personal, asTaar, isWeighed } = this.#parts.flows;
    const isPersonal = flow === personal || flow === asTaar;
    const weights = isPersonal && isWeighed ? weighed.weights : undefined;
    return { items: result.items.map((served) => recommendedOf(served, weights)), trace: result.trace };
  }

  #uniformsOf({ seed }: AddonQuestion): UniformSource {
    if (seed === undefined) return this.#parts.uniforms ?? Math.random;
    const uniforms = uniformsOf(seed, 'addons.draw', '');
    let counter = 0;
    return () => uniforms(counter++);
  }
}

function isGivenUp({ signal }: AddonQuestion): boolean {
  return signal?.aborted === true;
}

interface Run {
  readonly items: readonly RecommendedAddon[];
  readonly trace: FlowResult['trace'] | undefined;
}

const NO_RUN: Run = { items: [], trace: undefined };

function answerOf(
  question: AddonQuestion,
  setVersion: string | undefined,
  run: Run,
  path: string,
): AddonAnswer {
  return { items: shownItems(question, run.items), path, setVersion, trace: run.trace };
}

/** Promoted add-ons go among the others by weight; TAAR's own route puts them on top of what it asked for, itself. */
function shownItems(
  { promoted, excluded, maxResults, asTaar }: AddonQuestion,
  items: readonly RecommendedAddon[],
): readonly RecommendedAddon[] {
  const wanted = asTaar ? [] : promoted.filter(({ guid }) => !excluded.includes(guid));
  return wanted.length === 0 ? items : withPromoted(wanted, items).slice(0, maxResults);
}

/** What stands in the way of a personal answer. */
function whyNothing({ trace }: Run, { collaborative, similarity, locale }: AddonModels): string {
  if (trace === undefined || trace.outcome === 'failed') return 'failed';
  // Nothing of the profile's: there is nothing to recommend with.
  if (collaborative === undefined && similarity === undefined && locale === undefined) return 'no-models';
  return trace.stages.sources.out === 0 ? 'profile-unusable' : 'nothing-left';
}
