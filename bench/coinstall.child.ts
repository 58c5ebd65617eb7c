import type { ClientKey } from '../src/domain/client-key.ts';
import { dayOf } from '../src/domain/clock.ts';
import type { OpenProfile, SeenAddon } from '../src/domain/profile.ts';
import { uniformsOf } from '../src/domain/random.ts';
import { partitionOf } from '../src/log/partition.ts';
import { RecordCodec, type SchemaIds } from '../src/log/record-codec.ts';
import { topicSettings } from '../src/log/topics.ts';
import { type AddonTrainingTask, DEFAULT_ADDON_TRAINING } from '../src/trainers/addons/training-task.ts';
import { trainInThread } from '../src/trainers/training-thread.ts';
import { openRocksView } from '../src/views/rocksdb/open-rocks-view.ts';
import type { Change, SnapshotView, View } from '../src/views/view.ts';
import { cpuSeconds } from './bench.ts';

/**
 * The part of the co-installation benchmark that has a process of its own, so that its memory can be told:
 * `build FOLDER CLIENTS` makes a view, `train FOLDER` trains on it and prints CPU seconds and peak memory.
 */
const NOW = 1_782_000_000_000;
const KNOWN_ADDONS = 2000;
const ADDONS_EACH = 6;
const BATCH = 1000;
const CHANGELOG = 'addons.profile.changed.v1';

const [mode, folder = '', clients = '0'] = process.argv.slice(2);
const schemas: { type: string; schema: string }[] = [];
const ids: SchemaIds = {
  idOf: async (type, schema) => schemas.push({ type, schema }),
  schemaOf: async (id) => schemas[id - 1],
};
const codec = await RecordCodec.open(ids);
const view = await openRocksView({ folder, logId: 'bench', name: CHANGELOG });
if (mode === 'build') await build(view, Number(clients));
else process.stdout.write(`${JSON.stringify(await train(view))}\n`);
await view.close();

function guidOf(number: number): string {
  return `{${number.toString(16).padStart(8, '0')}-5a1e-4c3b-9d2f-7e6f5a4b3c2d}`;
}

function addonOf(number: number): SeenAddon {
  return {
    id: guidOf(number),
    blocklisted: false,
    name: `An add-on with number ${number}`,
    userDisabled: false,
    appDisabled: false,
    version: '1.60.0',
    scope: 1,
    type: 'extension',
    foreignInstall: false,
    hasBinaryComponents: false,
    installDay: 20_000,
    updateDay: 20_600,
    signedState: 2,
    isSystem: false,
    isWebExtension: true,
    multiprocessCompatible: true,
    seenAt: NOW,
  };
}

/** Six different add-ons, popular ones more often: the square of a uniform number chooses. */
function profileOf(client: number): OpenProfile {
  const draw = uniformsOf(1, 'bench.addons', client);
  const numbers = new Set<number>();
  for (let i = 0; numbers.size < ADDONS_EACH; i++) numbers.add(Math.floor(KNOWN_ADDONS * draw(i) ** 2));
  const fact = (value: string) => ({ value, at: NOW });
  const day = dayOf(NOW);
  const place = { locale: fact('de'), os: fact('Windows_NT'), city: fact('Berlin'), country: fact('DE') };
  return {
    kind: 'open',
    addons: { day, documents: [2 ** 50 + client], addons: [...numbers].map(addonOf) },
    counters: null,
    facts: { day, documents: [2 ** 50 + client], ...place, channel: fact('release') },
    aliases: [],
    fence: null,
    lastSeen: NOW,
    changedAt: NOW,
  };
}

async function build(target: View, count: number): Promise<void> {
  const { partitions } = topicSettings(CHANGELOG);
  const changes: Change[][] = Array.from({ length: partitions }, () => []);
  const next = Array.from({ length: partitions }, () => 0);
  const flush = async (partition: number): Promise<void> => {
    const batch = changes[partition] ?? [];
    next[partition] = (next[partition] ?? 0) + batch.length;
    await target.apply(partition, batch, next[partition] ?? 0);
    changes[partition] = [];
  };
  for (let client = 0; client < count; client++) {
    const key = (Math.imul(client, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0').repeat(8) as ClientKey;
    const partition = partitionOf(Buffer.from(key), partitions);
    changes[partition]?.push({
      key,
      value: codec.encode('addons.Profile', profileOf(client)),
      changedAt: NOW,
    });
    if (changes[partition]?.length === BATCH) await flush(partition);
  }
  for (const partition of changes.keys()) await flush(partition);
}

async function train(source: SnapshotView) {
  const task: AddonTrainingTask = {
    models: ['coinstall', 'ranking'],
    now: NOW,
    seed: 1,
    settings: DEFAULT_ADDON_TRAINING,
    webExtensions: Array.from({ length: KNOWN_ADDONS }, (_, number) => guidOf(number)),
    previous: [],
    force: false,
    deletions: 0,
  };
  const began = process.cpuUsage();
  const started = performance.now();
  const snapshot = await source.snapshot();
  const result = await trainInThread({
    worker: new URL('../src/trainers/addons/worker.ts', import.meta.url),
    task,
    snapshot,
    codec,
    signal: new AbortController().signal,
  });
  await snapshot.close();
  return {
    cpuSeconds: cpuSeconds(began),
    seconds: (performance.now() - started) / 1000,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
    clients: result.clients,
    snapshotBytes: result.trained.reduce((sum, { snapshot: { length } }) => sum + length, 0),
  };
}
