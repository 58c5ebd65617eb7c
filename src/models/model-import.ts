import type { ActiveSet, Manifest, Metric } from '../domain/model-records.ts';
import type { Activation, SetActivator } from './activation.ts';
import type { ModelName } from './model-kind.ts';
import type { PublishedModels } from './published-models.ts';
import type { ModelPublisher } from './publisher.ts';
import { modelKey } from './version.ts';

/** A model that was made elsewhere, as a snapshot. */
export interface ImportedModel {
  readonly model: ModelName;
  readonly bytes: Uint8Array;
  /** The models that it was made against: of the same import, else those that are active. */
  readonly parents: readonly ModelName[];
  readonly metrics: readonly Metric[];
}

export interface ImportParts {
  readonly publisher: Pick<ModelPublisher, 'publish'>;
  readonly activator: Pick<SetActivator, 'activate'>;
  readonly published: PublishedModels;
}

/**
 * What an import knows of a model's making is nothing: no changelog that it was trained from, no clients, no deletion
 * that it honours. A manifest without inputs is thereby one of an import (see `isImported`).
 */
const MADE_ELSEWHERE = { inputs: [], clients: 0, seed: 0, deletionWatermark: 0 } as const;

/** True where nobody can say which clients a model was made from. */
export function isImported({ inputs }: Pick<Manifest, 'inputs'>): boolean {
  return inputs.length === 0;
}

/**
 * Publishes models and serves them as one set, together with the active ones of other kinds.
 * @throws TaarError as `publish` and `activate`; what was published before a failure is in no set and can be erased
 */
export async function importModels(
  { publisher, activator, published }: ImportParts,
  models: readonly ImportedModel[],
  activation: Omit<Activation, 'expected'>,
): Promise<ActiveSet> {
  await published.catchUp();
  const active = published.sets.get(activation.product)?.active;
  const members = new Map((active?.members ?? []).map((member) => [member.model, member.version]));
  for (const { model, bytes, parents, metrics } of parentsFirst(models)) {
    const named = parents.flatMap((parent) => {
      const version = members.get(parent);
      return version === undefined ? [] : [modelKey({ model: parent, version })];
    });
    const { version } = await publisher.publish({ ...MADE_ELSEWHERE, model, bytes, metrics, parents: named });
    members.set(model, version);
  }
  return activator.activate(
    { ...activation, expected: active?.setVersion ?? null },
    [...members].map(([model, version]) => ({ model, version })),
  );
}

/** A model is published after those that it names, whose versions are known only then. */
function parentsFirst(models: readonly ImportedModel[]): readonly ImportedModel[] {
  return [...models].sort((a, b) => Number(a.parents.length > 0) - Number(b.parents.length > 0));
}
