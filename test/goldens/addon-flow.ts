import { type AddonFlows, addonFlows } from '../../src/serving/addons/flow/addon-flows.ts';
import type { Asker } from '../../src/serving/addons/flow/asker.ts';
import { CountedStats } from '../../src/serving/flow/counted-stats.ts';
import { Flow } from '../../src/serving/flow/flow.ts';
import type { FlowResult } from '../../src/serving/flow/flow-spec.ts';
import { DEFAULT_PARAMS } from '../../src/serving/flow/param.ts';

const TOOLS = { stats: new CountedStats(100), stopwatch: () => performance.now() };
const FLOWS = addonFlows('ensemble', TOOLS);

/** Runs one of the product's flows, except that nothing is drawn: the candidates in their order. */
export async function runUndrawn(name: keyof AddonFlows, state: Asker): Promise<FlowResult> {
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
