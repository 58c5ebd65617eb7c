import { positiveHash } from '../../domain/addon-hash.ts';
import { compareCodePoints } from '../../domain/text-order.ts';
import type { CollaborativeModel } from '../../models/collaborative.ts';
import { StringTable } from '../../models/string-table.ts';
import {
  type AlsChoice,
  type CommonOptions,
  chooseByError,
  chooseByRanking,
} from '../numerics/als-choice.ts';
import { type AlsSolver, alsCrew, fitAls } from '../numerics/als-fit.ts';
import { ADDON_GRID, type AlsCandidate, TAAR_GRID } from '../numerics/als-grid.ts';
import { PER_COUNT, PER_ROOT } from '../numerics/als-options.ts';
import { DistinctRows } from '../numerics/distinct-rows.ts';
import type { Interactions } from '../numerics/interactions.ts';
import { itemCountsOf } from '../numerics/item-counts.ts';
import type { KernelCrew } from '../numerics/kernel-crew.ts';
import { sampleRows } from '../numerics/row-sample.ts';
import { type CatalogueAddon, mappingEntry } from './collaborative-mapping.ts';
import type { FactorRows } from './collaborative-rows.ts';

/** TAAR's (spec/taar-training.md section 9.5). */
const ITERATIONS = 20;

/** How the options are chosen: as TAAR did, or by the place of add-ons that are hidden from the fit. */
export type AlsMode = 'legacy' | 'ranking';

/** How the factors are trained. */
export interface CollaborativeTraining {
  readonly mode: AlsMode;
  readonly solver: AlsSolver;
  readonly candidates: readonly AlsCandidate[];
  /** How lambda grows with the entries of a row: see AlsOptions. */
  readonly countExponent: number;
  /** Clients on whom the candidates are tried, drawn by the seed. */
  readonly sampleClients: number;
  readonly seed: number;
}

/** Enough that the mean of a candidate's score moves by less than candidates differ, and 180 fits take a minute. */
const SAMPLE_CLIENTS = 10_000;

export const LEGACY_TRAINING: CollaborativeTraining = {
  mode: 'legacy',
  solver: 'cholesky',
  candidates: TAAR_GRID,
  countExponent: PER_COUNT,
  sampleClients: SAMPLE_CLIENTS,
  seed: 42,
};

export const RANKING_TRAINING: CollaborativeTraining = {
  ...LEGACY_TRAINING,
  mode: 'ranking',
  candidates: ADDON_GRID,
  countExponent: PER_ROOT,
};

/** What the factors are trained on. */
export interface CollaborativeInput {
  readonly rows: FactorRows;
  readonly curated: ReadonlySet<string>;
  readonly catalogue: ReadonlyMap<string, CatalogueAddon>;
}

/** A model and how it came about. */
export interface TrainedCollaborative {
  readonly model: CollaborativeModel;
  readonly choice: AlsChoice;
  /** Clients with at least one add-on that counts, and how many different sets they have. */
  readonly clients: number;
  readonly distinctSets: number;
  /** Add-ons that are not in the model, since another with the same hash, which more clients have, is. */
  readonly collisions: readonly { readonly lost: string; readonly kept: string }[];
}

/**
 * Factors of the curated add-ons that the catalogue knows and somebody has (spec/taar-training.md section 9). Pure: the
 * order of clients does not matter. Those that most clients have come first, since the order of rows decides where
 * nothing is known of a client. Undefined where nobody has any of them.
 */
export function trainCollaborative(
  { rows, curated, catalogue }: CollaborativeInput,
  training: CollaborativeTraining,
  crew: KernelCrew = alsCrew(1),
): TrainedCollaborative | undefined {
  const itemKeys = rows.guids
    .filter((guid) => curated.has(guid) && catalogue.has(guid))
    .sort(compareCodePoints);
  const distinct = distinctRows(rows, itemKeys);
  const interactions = distinct.build();
  if (interactions.users === 0) return undefined;
  const { solver, seed, candidates, countExponent } = training;
  const common: CommonOptions = { solver, seed, iterations: ITERATIONS, countExponent };
  const sample = sampleRows(interactions, { size: training.sampleClients, seed, itemKeys });
  const choose = training.mode === 'legacy' ? chooseByError : chooseByRanking;
  const circumstances = { crew, itemKeys };
  const choice = choose({ sample, items: itemKeys.length, candidates, common, circumstances });
  const { items } = fitAls(interactions, { ...common, ...choice.best }, circumstances);
  const { kept, collisions } = withoutCollisions(byPopularity(interactions), itemKeys);
  return {
    model: modelOf(kept, itemKeys, items, choice.best.factors, catalogue),
    choice,
    clients: distinct.rows,
    distinctSets: interactions.users,
    collisions,
  };
}

function distinctRows({ guids, ends, addons }: FactorRows, itemKeys: readonly string[]): DistinctRows {
  const itemOfGuid = new Map(itemKeys.map((guid, item) => [guid, item]));
  const itemOfAddon = Int32Array.from(guids, (guid) => itemOfGuid.get(guid) ?? -1);
  const distinct = new DistinctRows(itemKeys.length);
  let start = 0;
  for (const end of ends) {
    const own: number[] = [];
    for (const addon of addons.subarray(start, end)) {
      const item = itemOfAddon[addon] ?? -1;
      if (item >= 0) own.push(item);
    }
    distinct.add(own.sort((a, b) => a - b));
    start = end;
  }
  return distinct;
}

/** The items that somebody has: most clients first, then by number. */
function byPopularity(interactions: Interactions): number[] {
  const clients = itemCountsOf(interactions);
  return [...clients.keys()]
    .filter((item) => (clients[item] ?? 0) > 0)
    .sort((a, b) => (clients[b] ?? 0) - (clients[a] ?? 0) || a - b);
}

/** Serving finds rows by a hash of 23 bits: two add-ons with the same would be taken for one. */
function withoutCollisions(items: readonly number[], guids: readonly string[]) {
  const ownerOf = new Map<number, string>();
  const collisions: { lost: string; kept: string }[] = [];
  const kept = items.filter((item) => {
    const guid = guids[item] ?? '';
    const owner = ownerOf.get(positiveHash(guid));
    if (owner === undefined) ownerOf.set(positiveHash(guid), guid);
    else collisions.push({ lost: guid, kept: owner });
    return owner === undefined;
  });
  return { kept, collisions };
}

function modelOf(
  kept: readonly number[],
  guids: readonly string[],
  rows: Float32Array,
  factors: number,
  catalogue: ReadonlyMap<string, CatalogueAddon>,
): CollaborativeModel {
  const own = kept.map((item) => guids[item] ?? '');
  const entries = own.map((guid) =>
    mappingEntry(catalogue.get(guid) ?? { guid, name: undefined, isWebExtension: false }),
  );
  const ids = Float64Array.from(own, positiveHash);
  return {
    ids,
    factors,
    features: Float64Array.from(
      kept.flatMap((item) => [...rows.subarray(item * factors, (item + 1) * factors)]),
    ),
    mapping: {
      keys: StringTable.of(Array.from(ids, String)),
      guids: StringTable.of(own),
      names: StringTable.of(entries.map(({ name }) => JSON.stringify(name))),
      webExtensions: StringTable.of(entries.map(({ isWebextension }) => JSON.stringify(isWebextension))),
    },
  };
}
