import { Kernel } from '../../../domain/kernel.ts';
import type { Eligibility, Source } from '../../flow/component.ts';
import { firstThatCan } from '../../flow/first-that-can.ts';
import { Flow, type FlowTools } from '../../flow/flow.ts';
import type { FlowSpec } from '../../flow/flow-spec.ts';
import type { QualityConfig } from '../../flow/quality.ts';
import { RANKING_KERNEL } from '../../flow/weighted-sums.ts';
import type { ServedCatalogue } from '../catalogue/served-catalogue.ts';
import { BATCH, RESULTS } from './addon-params.ts';
import type { Asker } from './asker.ts';
import { drawStep } from './draw-step.ts';
import { ensembleStep } from './ensemble-step.ts';
import { NOT_EXCLUDED, NOT_INSTALLED } from './filters.ts';
import { GOING_WITH } from './going-with.ts';
import { listedIn } from './listed.ts';
import { ensembleSources, LOCALE_LIST, OVERALL, orderedSources, TEST_LIST } from './sources.ts';

/** `ensemble`: all recommenders, weighed. `ordered`: the first that can recommend. */
export const STRATEGIES = ['ensemble', 'ordered'] as const;
export type Strategy = (typeof STRATEGIES)[number];

export interface AddonFlows {
  /** For whom the profile is known. */
  readonly personal: Flow<Asker>;
  /** The same for TAAR's own route, which ranks as many candidates as TAAR did, however slow the node is. */
  readonly asTaar: Flow<Asker>;
  /** Whether those weigh what their sources give. */
  readonly isWeighed: boolean;
  /** For whom it is not, or who gets nothing by it. */
  readonly fallback: Flow<Asker>;
  /** For who looks at an add-on. */
  readonly goingWith: Flow<Asker>;
  /** For the ids that testers make up. */
  readonly test: Flow<Asker>;
}

/**
 * A recommendation takes a fraction of a millisecond. Where one in twenty takes longer than 5 ms the process does not
 * get the CPU it needs, and fewer candidates make room for more answers.
 */
const QUALITY: QualityConfig = {
  min: 0,
  max: 1,
  initial: 1,
  targetMs: 5,
  percentile: 95,
  delta: 0.001,
  warmupMs: 10_000,
};

const EVERYBODY: Eligibility<Asker> = { name: 'everybody', onFailure: 'empty', check: () => undefined };

type Parts = Pick<FlowSpec<Asker>, 'sources' | 'rank' | 'postRank' | 'quality'>;

/** The flows of the add-ons product. What TAAR's own route serves is never checked against the catalogue. */
export function addonFlows(strategy: Strategy, tools: FlowTools, catalogue?: ServedCatalogue): AddonFlows {
  const validators = catalogue === undefined ? [] : [listedIn(catalogue)];
  const flow = (id: string, parts: Parts): Flow<Asker> =>
    new Flow(specOf(id, { ...parts, validators }), tools);
  const kernel = new Kernel(RANKING_KERNEL);
  return {
    personal: flow('addons.personal', { ...personalParts(strategy, kernel), quality: QUALITY }),
    asTaar: flow('addons.as-taar', personalParts(strategy, kernel)),
    isWeighed: strategy === 'ensemble',
    fallback: flow('addons.fallback', {
      sources: [firstThatCan(LOCALE_LIST, OVERALL)],
      rank: [],
      postRank: [],
    }),
    goingWith: flow('addons.going-with', { sources: [GOING_WITH], rank: [], postRank: [] }),
    test: flow('addons.test', { sources: [TEST_LIST], rank: [], postRank: [drawStep()] }),
  };
}

function personalParts(strategy: Strategy, kernel: Kernel): Parts {
  const sources: readonly Source<Asker>[] = strategy === 'ordered' ? orderedSources() : ensembleSources();
  // One recommender's order is what it recommends: there is nothing to weigh, and nothing is drawn.
  if (strategy === 'ordered') return { sources, rank: [], postRank: [] };
  return { sources, rank: [ensembleStep(kernel)], postRank: [drawStep()] };
}

function specOf(id: string, parts: Parts & Pick<FlowSpec<Asker>, 'validators'>): FlowSpec<Asker> {
  return {
    id,
    eligible: EVERYBODY,
    preFilters: [NOT_INSTALLED, NOT_EXCLUDED],
    finish: [],
    results: { count: RESULTS, batch: BATCH },
    sideEffects: [],
    ...parts,
  };
}
