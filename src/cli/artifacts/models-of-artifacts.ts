import { messageOf, TaarError } from '../../domain/errors.ts';
import { type OrderedJson, plainJson } from '../../domain/ordered-json.ts';
import { allowlistFromArtifact } from '../../models/artifacts/allowlist.ts';
import { coinstallFromArtifact } from '../../models/artifacts/coinstall.ts';
import { collaborativeFromArtifacts } from '../../models/artifacts/collaborative.ts';
import { ensembleFromArtifact } from '../../models/artifacts/ensemble.ts';
import { localeFromArtifact } from '../../models/artifacts/locale.ts';
import { rankingFromArtifact } from '../../models/artifacts/ranking.ts';
import { similarityFromArtifacts } from '../../models/artifacts/similarity.ts';
import { rowsOf } from '../../models/coinstall.ts';
import { encodeSnapshot } from '../../models/encode-snapshot.ts';
import type { ImportedModel } from '../../models/model-import.ts';
import type { ModelName } from '../../models/model-kind.ts';
import { MODEL_KINDS, type Models } from '../../models/model-kinds.ts';
import { openSnapshot } from '../../models/open-snapshot.ts';
import { donorsOf } from '../../models/similarity.ts';
import type { ArtifactName } from './artifact-names.ts';

type Values = readonly OrderedJson[];

interface Recipe<N extends ModelName> {
  readonly artifacts: readonly ArtifactName[];
  readonly parents: readonly ModelName[];
  make(values: Values): Models[N];
  /** How many add-ons, donors or locales it has. */
  items(model: Models[N]): number;
}

/** What each model is made of. Where no order of keys counts, plain objects do. */
const RECIPES: { readonly [N in ModelName]: Recipe<N> } = {
  collaborative: {
    artifacts: ['item_matrix', 'addon_mapping'],
    parents: [],
    make: ([matrix = null, mapping = null]) =>
      collaborativeFromArtifacts(plainJson(matrix), plainJson(mapping)),
    items: ({ ids }) => ids.length,
  },
  similarity: {
    artifacts: ['donors', 'lr_curves'],
    parents: [],
    make: ([donors = null, curves = null]) => similarityFromArtifacts(plainJson(donors), plainJson(curves)),
    items: donorsOf,
  },
  locale: {
    artifacts: ['locale'],
    parents: [],
    make: ([locale]) => localeFromArtifact(locale),
    items: ({ locales }) => locales.size,
  },
  ensemble: {
    artifacts: ['ensemble'],
    parents: ['collaborative', 'similarity', 'locale'],
    make: ([ensemble = null]) => ensembleFromArtifact(plainJson(ensemble)),
    items: ({ weights }) => weights.length,
  },
  allowlist: {
    artifacts: ['whitelist'],
    parents: [],
    make: ([whitelist]) => allowlistFromArtifact(whitelist),
    items: ({ guids }) => guids.size,
  },
  coinstall: {
    artifacts: ['coinstall'],
    parents: [],
    make: ([coinstall]) => coinstallFromArtifact(coinstall),
    items: rowsOf,
  },
  ranking: {
    artifacts: ['ranking'],
    parents: [],
    make: ([ranking]) => rankingFromArtifact(ranking),
    items: ({ guids }) => guids.size,
  },
};

/** The artifacts that a model is made of, in the order that `importedModel` takes them. */
export function artifactsOf(model: ModelName): readonly ArtifactName[] {
  return RECIPES[model].artifacts;
}

/**
 * A model as a snapshot that a node will accept. Its manifest counts its items, so that no training on few clients
 * replaces it at once (see `acceptSize` of the trainers).
 * @throws TaarError `artifact-invalid` or `model-invalid` (halt) that says where
 */
export function importedModel<N extends ModelName>(model: N, values: Values): ImportedModel {
  const recipe: Recipe<N> = RECIPES[model];
  const made = recipe.make(values);
  const bytes = encodeSnapshot(MODEL_KINDS[model].encode(made));
  MODEL_KINDS[model].decode(openSnapshot(bytes, { verify: true }));
  return { model, bytes, parents: recipe.parents, metrics: [{ name: 'items', value: recipe.items(made) }] };
}

/** The same error with the files that it is about before its message. */
export function inFiles(paths: readonly string[], error: unknown): TaarError {
  const code = error instanceof TaarError ? error.code : 'artifact-invalid';
  return new TaarError(code, 'halt', `${paths.join(', ')}: ${messageOf(error)}`, { cause: error });
}
