import type { ClientFeatures } from '../../domain/client-features.ts';
import type { EnsembleModel } from '../../models/ensemble.ts';
import { StringTable } from '../../models/string-table.ts';
import {
  type ElasticNet,
  fitLogisticRegression,
  type LogisticRegression,
} from '../numerics/logistic-regression.ts';
import { ACCEPTED, refused, type Verdict } from '../trainer.ts';
import { cllr, type ScoredAddon } from './cllr.ts';
import type { HeldOutClient } from './ensemble-rows.ts';

/** One of the recommenders whose scores are weighed. */
export interface EnsembleMember {
  /** As serving names it. */
  readonly name: string;
  /** The published version that answers, as a manifest names its parents. */
  readonly parent: string;
  /** At most `limit` add-ons, best first. What it throws ends the training: half of the answers are none. */
  readonly recommend: (client: ClientFeatures, limit: number) => readonly ScoredAddon[];
}

/** Weights, and the versions that they hold for: they must be activated together. */
export interface TrainedEnsemble {
  readonly model: EnsembleModel;
  readonly parents: readonly string[];
  readonly regression: LogisticRegression;
  readonly clients: number;
  /** How many of them a member found the hidden add-on for. */
  readonly found: number;
}

/** TAAR's (spec/taar-training.md section 11). */
export const TAAR_NET: ElasticNet = { penalty: 0.1, absoluteShare: 0.01 };
/** How many add-ons each recommender is asked for. */
const ASKED = 4;
/** TAAR's four folds were put together so that each row stands three times; only the n - 1 of a deviation shows it. */
const COPIES = 3;
/** Fewer weights than TAAR's service asks for would fail there. */
const MEMBERS = 3;

/**
 * The weights by which TAAR's ensemble adds scores: how much what each recommender's list costs says about whether any
 * list holds the add-on that was hidden (spec/taar-training.md section 11). Pure: the order of clients does not matter.
 * Undefined where the hidden add-on is found for all clients or for none.
 * @param members in the artifact's order
 */
export function trainEnsemble(
  clients: Iterable<HeldOutClient>,
  members: readonly EnsembleMember[],
  net: ElasticNet = TAAR_NET,
): TrainedEnsemble | undefined {
  const rows = new CostRows(members.length);
  for (const client of clients) rows.add(costsOf(client, members));
  const { clients: all, found } = rows;
  if (found === 0 || found === all) return undefined;
  const regression = fitLogisticRegression(rows.observations(COPIES), net);
  return {
    model: ensembleOf(members, regression.coefficients),
    parents: members.map(({ parent }) => parent),
    regression,
    clients: all,
    found,
  };
}

/** What each member's list for the client costs; above 0 only where the list holds the hidden add-on. */
export function costsOf({ features, hidden }: HeldOutClient, members: readonly EnsembleMember[]): number[] {
  return members.map(({ recommend }) => cllr(recommend(features, ASKED), hidden));
}

export function ensembleOf(members: readonly EnsembleMember[], weights: Float64Array): EnsembleModel {
  return { recommenders: StringTable.of(members.map(({ name }) => name)), weights };
}

/** TAAR's rule (spec/taar-training.md section 11.8): three weights, all of them above 0. */
export function acceptWeights({ recommenders, weights }: EnsembleModel): Verdict {
  if (weights.length !== MEMBERS || recommenders.size !== MEMBERS) {
    return refused(`the ensemble has ${weights.length} weights where ${MEMBERS} are needed`);
  }
  const at = weights.findIndex((weight) => !(weight > 0 && Number.isFinite(weight)));
  if (at === -1) return ACCEPTED;
  return refused(`the weight of ${recommenders.at(at)} is ${weights[at]}; it must be finite and above 0`);
}

/** Rows of costs, equal ones put together. */
class CostRows {
  readonly #width: number;
  readonly #counts = new Map<string, { readonly costs: readonly number[]; count: number }>();
  clients = 0;
  found = 0;

  constructor(width: number) {
    this.#width = width;
  }

  add(costs: readonly number[]): void {
    this.clients++;
    if (isFound(costs)) this.found++;
    const key = costs.join();
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { costs, count: 1 });
    else known.count++;
  }

  /** In one order, whatever the order of clients, so that sums are the same to the last bit. */
  observations(copies: number) {
    const rows = [...this.#counts.values()].sort((a, b) => compareRows(a.costs, b.costs));
    return {
      features: this.#width,
      values: Float64Array.from(rows.flatMap(({ costs }) => costs)),
      labels: Uint8Array.from(rows, ({ costs }) => (isFound(costs) ? 1 : 0)),
      multiplicity: Float64Array.from(rows, ({ count }) => count * copies),
    };
  }
}

function isFound(costs: readonly number[]): boolean {
  return costs.reduce((sum, cost) => sum + cost, 0) > 0;
}

function compareRows(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
