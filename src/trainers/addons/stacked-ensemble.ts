import { uniformsOf } from '../../domain/random.ts';
import type { EnsembleModel } from '../../models/ensemble.ts';
import { searchWeights } from '../numerics/weight-search.ts';
import { ACCEPTED, refused, type Verdict } from '../trainer.ts';
import { type EnsembleMember, ensembleOf } from './ensemble.ts';
import { drawKeyOf, type HeldOutClient } from './ensemble-rows.ts';
import { HiddenPlaces } from './hidden-places.ts';

/** Weights that rank well, and how well, measured on clients that they were not chosen by. */
export interface StackedEnsemble {
  readonly model: EnsembleModel;
  readonly parents: readonly string[];
  /** The mean NDCG@20 of the hidden add-on; NaN where no client was left to measure on. */
  readonly gain: number;
  /** The same for each member without the others. */
  readonly gainsAlone: readonly number[];
  readonly searched: number;
  readonly measured: number;
}

/** The rest are measured on. */
const SEARCHED_SHARE = 0.7;

/**
 * The weights, not negative, under which the sum of all scores ranks hidden add-ons best: what TAAR's regression
 * does not ask. Any number of members; one may get 0. Pure: which clients are searched by and which are measured on is
 * drawn for each client by the seed, and the order of clients does not matter. Undefined where nobody finds a hidden
 * add-on of the clients searched by.
 */
export function trainStacked(
  clients: Iterable<HeldOutClient>,
  members: readonly EnsembleMember[],
  { seed }: { readonly seed: number },
): StackedEnsemble | undefined {
  const searched = new HiddenPlaces(members);
  const measured = new HiddenPlaces(members);
  for (const client of clients) {
    const draw = uniformsOf(seed, 'ensemble.searched', drawKeyOf(client))(0);
    (draw < SEARCHED_SHARE ? searched : measured).add(client);
  }
  if (searched.found === 0) return undefined;
  const scales = searched.scales();
  const { weights: shares } = searchWeights(members.length, (tried) => searched.gain(divided(tried, scales)));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const weights = divided(shares, scales).map((weight) => weight / total);
  const alone = members.map((_, own) => Float64Array.from(members, (_, i) => (i === own ? 1 : 0)));
  return {
    model: ensembleOf(members, weights),
    parents: members.map(({ parent }) => parent),
    gain: measured.gain(weights),
    gainsAlone: alone.map((only) => measured.gain(only)),
    searched: searched.clients,
    measured: measured.clients,
  };
}

/** Weights that rank: finite, not negative, not all 0. */
export function acceptStacked({ recommenders, weights }: EnsembleModel): Verdict {
  const at = weights.findIndex((weight) => !(weight >= 0 && Number.isFinite(weight)));
  if (at !== -1)
    return refused(
      `the weight of ${recommenders.at(at)} is ${weights[at]}; it must be finite and not below 0`,
    );
  return weights.some((weight) => weight > 0) ? ACCEPTED : refused('no recommender has a weight above 0');
}

function divided(weights: Float64Array, by: Float64Array): Float64Array {
  return weights.map((weight, i) => weight / (by[i] ?? 1));
}
