import { type AddonFlows, addonFlows } from '../../src/serving/addons/flow/addon-flows.ts';
import type { Asker } from '../../src/serving/addons/flow/asker.ts';
import { CountedStats } from '../../src/serving/flow/counted-stats.ts';
import { Flow } from '../../src/serving/flow/flow.ts';
import type { FlowResult } from '../../src/serving/flow/flow-spec.ts';
import { DEFAULT_PARAMS } from '../../src/serving/flow/param.ts';

const TOOLS = { stats: new CountedStats(100), stopwatch: () => performance.now() };
const FLOWS = addonFlows('ensemble', TOOLS);

/** The product's flows, as they are composed. */
export function goldenFlows(): AddonFlows {
  return FLOWS;
}

/** The random numbers that the original drew in one case. */
export class Uniforms {
  taken = 0;
  readonly #numbers: readonly number[];

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  readonly next = (): number => {
    const number = this.#numbers[this.taken++];
    if (number === undefined) throw new RangeError('more random numbers are drawn than the original drew');
    return number;
  };
}

/** Where a row has what the service never found, since its jobs had begun to write it under other names. */
export const NEWER_NAMES = 'fields under the names of the newer jobs are read';
const NAMES = ['geo_city', 'bookmark_count', 'tab_open_count', 'total_uri', 'unique_tlds'];

export function hasNewerNames(payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && NAMES.some((name) => name in payload);
}

/** A row as the original saw it. */
export function withoutNewerNames(payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null) return payload;
  return Object.fromEntries(Object.entries(payload).filter(([name]) => !NAMES.includes(name)));
}

/** Runs one of the product's flows, except that nothing is drawn: the candidates in their order. */
export async function runUndrawn(
  name: Exclude<keyof AddonFlows, 'isWeighed'>,
  state: Asker,
): Promise<FlowResult> {
  return new Flow({ ...FLOWS[name].spec, postRank: [] }, TOOLS).run({
    requestId: 'golden',
    placement: 'golden',
    maxResults: state.limit,
    params: DEFAULT_PARAMS,
    state,
    items: state.models.items,
    uniforms: () => 0,
    now: 0,
  });
}
