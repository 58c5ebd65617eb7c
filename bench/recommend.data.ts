import { importedModel } from '../src/cli/artifacts/models-of-artifacts.ts';
import { openStores, type Stores } from '../src/cli/stores.ts';
import { parseSha256Hex } from '../src/domain/client-key.ts';
import type { SetMember } from '../src/domain/model-records.ts';
import { parseOrderedJson } from '../src/domain/ordered-json.ts';
import { partitionOf } from '../src/log/partition.ts';
import { topicSettings } from '../src/log/topics.ts';
import { SetActivator } from '../src/models/activation.ts';
import { type ImportedModel, importModels } from '../src/models/model-import.ts';
import type { ModelName } from '../src/models/model-kind.ts';
import { PublishedModels } from '../src/models/published-models.ts';
import { ModelPublisher } from '../src/models/publisher.ts';
import type { Logger } from '../src/ops/logging.ts';
import { readSettings, type Settings } from '../src/ops/settings.ts';
import type { Change } from '../src/views/view.ts';
import { artifacts } from './recommend.models.ts';
import { clientProfiles, hashOf } from './recommend.profiles.ts';
import { coinstallSnapshot, rankingSnapshot } from './swap.models.ts';

const CHANGELOG = 'addons.profile.changed.v1';
/** 5,000 add-ons with 500 partners of 8 bytes each. */
const COINSTALL_BYTES = 20_000_000;
/** Two, so that a swap always replaces all models. */
const SETS = [1, 2];

/** The settings of a server of the benchmark, whose data are in this folder. */
export function settingsFor(folder: string): Settings {
  return readSettings({ DATA_DIR: folder, TOKEN_KEY: 'a key for the benchmark' });
}

/** Puts the clients of the benchmark into a view. */
export async function fillProfiles({ profiles, codec, keys }: Stores): Promise<void> {
  const { partitions } = topicSettings(CHANGELOG);
  const changes = Array.from({ length: partitions }, (): Change[] => []);
  for (const [client, profile] of clientProfiles(Date.now()).entries()) {
    const sha = parseSha256Hex(hashOf(client));
    if (sha === undefined) continue;
    const key = keys.of(sha);
    const value = codec.encode('addons.Profile', profile);
    changes[partitionOf(Buffer.from(key), partitions)]?.push({ key, value, changedAt: profile.changedAt });
  }
  for (const [partition, some] of changes.entries()) await profiles.apply(partition, some, some.length);
}

/**
 * Fills the folder as a process leaves it that has run: the clients, and two sets that have no model version in
 * common, of which the last is active. Returns the members of each.
 */
export async function makeData(folder: string, logger: Logger): Promise<readonly (readonly SetMember[])[]> {
  const stores = await openStores(settingsFor(folder), Date.now, logger);
  try {
    await fillProfiles(stores);
    const { log, codec } = stores;
    const parts = {
      publisher: new ModelPublisher(log, codec, Date.now),
      activator: new SetActivator(log, codec, Date.now),
      published: new PublishedModels(log, codec),
    };
    const sets: (readonly SetMember[])[] = [];
    for (const mark of SETS) {
      const activation = { product: 'addons', by: 'bench', reason: 'bench' };
      sets.push((await importModels(parts, importedModels(mark), activation)).active.members);
    }
    return sets;
  } finally {
    await stores.close();
  }
}

/** All kinds of models, different ones for each mark. */
function importedModels(mark: number): readonly ImportedModel[] {
  const { item_matrix, addon_mapping, donors, lr_curves, locale, ensemble, whitelist } = artifacts(mark);
  const made = (model: ModelName, ...parts: readonly unknown[]): ImportedModel =>
    importedModel(
      model,
      parts.map((part) => parseOrderedJson(JSON.stringify(part))),
    );
  const ready = { parents: [], metrics: [] };
  return [
    made('collaborative', item_matrix, addon_mapping),
    made('similarity', donors, lr_curves),
    made('locale', locale),
    made('ensemble', ensemble),
    made('allowlist', whitelist),
    { ...ready, model: 'coinstall', bytes: coinstallSnapshot(mark, COINSTALL_BYTES) },
    { ...ready, model: 'ranking', bytes: rankingSnapshot() },
  ];
}
