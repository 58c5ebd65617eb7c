import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { ErasureReceipt } from '../../src/domain/deletion.ts';
import type { Listing } from '../../src/domain/listing.ts';
import type { ActiveSet, Manifest } from '../../src/domain/model-records.ts';
import type { Profile } from '../../src/domain/profile.ts';
import { openEmbeddedLog } from '../../src/log/embedded/embedded-log.ts';
import type { EventLog, Position } from '../../src/log/event-log.ts';
import { RecordCodec } from '../../src/log/record-codec.ts';
import type { RecordType, RecordValues } from '../../src/log/record-types.ts';
import type { TopicName } from '../../src/log/topics.ts';
import { SetActivator } from '../../src/models/activation.ts';
import { localeFromArtifact } from '../../src/models/artifacts/locale.ts';
import { encodeSnapshot } from '../../src/models/encode-snapshot.ts';
import { LOCALE } from '../../src/models/locale.ts';
import { importModels } from '../../src/models/model-import.ts';
import { PublishedModels } from '../../src/models/published-models.ts';
import { ModelPublisher } from '../../src/models/publisher.ts';
import { modelKey } from '../../src/models/version.ts';
import { Metrics } from '../../src/ops/metrics.ts';
import { DEFAULT_ADDON_TRAINING } from '../../src/trainers/addons/training-task.ts';
import type { TrainingPace } from '../../src/trainers/schedule.ts';
import { TrainingRole, type TrainingRoleOptions } from '../../src/trainers/training-role.ts';
import { ViewFollower } from '../../src/views/follower.ts';
import { openRocksView } from '../../src/views/rocksdb/open-rocks-view.ts';
import { TopicTable } from '../../src/views/topic-table.ts';
import type { SnapshotView } from '../../src/views/view.ts';
import { keyOf, NOW, openProfile } from './profiles.ts';

export const CHANGELOG = 'addons.profile.changed.v1';
export const EVENTS = { topic: 'addons.client.event.v1', group: 'addon-client' } as const;
/** Looks often, and never trains by itself. */
export const NEVER: TrainingPace = {
  maxAgeMs: Number.POSITIVE_INFINITY,
  minIntervalMs: Number.POSITIVE_INFINITY,
  firstRetryMs: Number.POSITIVE_INFINITY,
  changedShare: 1,
  lookEveryMs: 50,
};
export const SILENT = pino({ level: 'silent' });
const clock = (): number => NOW;

/** A real log with a real view of its changelog, a catalogue of a, b and c, and roles on them. */
export class RoleBench {
  readonly log: EventLog;
  readonly codec: RecordCodec;
  readonly view: SnapshotView;
  readonly follower: ViewFollower;
  readonly catalogue: TopicTable<'addons.Listing'>;
  readonly published: PublishedModels;
  readonly metrics = new Metrics();

  private constructor(log: EventLog, codec: RecordCodec, view: SnapshotView) {
    this.log = log;
    this.codec = codec;
    this.view = view;
    const common = { log, logger: SILENT, clock };
    this.follower = new ViewFollower({ ...common, topic: CHANGELOG, view });
    this.catalogue = new TopicTable({
      ...common,
      topic: 'addons.catalogue.changed.v1',
      codec,
      type: 'addons.Listing',
    });
    this.published = new PublishedModels(log, codec);
  }

  /** Everything started, and ended with the test. */
  static async open({ withCatalogue = true } = {}): Promise<RoleBench> {
    const folder = await mkdtemp(join(tmpdir(), 'taar-trainers-'));
    const log = await openEmbeddedLog({ file: join(folder, 'log.sqlite'), clock, logger: SILENT });
    const view = await openRocksView({ folder: join(folder, 'view'), logId: log.id, name: CHANGELOG });
    const bench = new RoleBench(log, await RecordCodec.open(log.schemaIds), view);
    onTestFinished(async () => {
      await bench.follower.stop();
      await bench.catalogue.stop();
      await view.close();
      await log.close();
      await rm(folder, { recursive: true });
    });
    await bench.follower.start();
    await bench.catalogue.start();
    if (withCatalogue) await bench.list('a', 'b', 'c');
    return bench;
  }

  /** A role on this log, not started; it never trains by itself unless told so. */
  role(other: Partial<TrainingRoleOptions> = {}): TrainingRole {
    const role = new TrainingRole({
      ...this,
      publisher: new ModelPublisher(this.log, this.codec, clock),
      activator: new SetActivator(this.log, this.codec, clock),
      events: EVENTS,
      clock,
      seed: 1,
      settings: DEFAULT_ADDON_TRAINING,
      pace: NEVER,
      metrics: new Metrics(),
      logger: SILENT,
      ...other,
    });
    onTestFinished(() => role.stop());
    return role;
  }

  async list(...guids: string[]): Promise<void> {
    const facts = { summary: null, categories: [], averageRating: null, weeklyDownloads: null };
    for (const guid of guids) {
      const listing: Listing = {
        guid,
        name: guid,
        isWebExtension: true,
        recommended: false,
        firstCreated: null,
        platforms: null,
        ...facts,
      };
      await this.#append('addons.catalogue.changed.v1', guid, 'addons.Listing', listing);
    }
    while (this.catalogue.size < guids.length) await new Promise(setImmediate);
  }

  /** Puts a state on the changelog, as the aggregate would. */
  put(name: string, profile: Profile): Promise<Position | undefined> {
    return this.#append(CHANGELOG, keyOf(name), 'addons.Profile', profile);
  }

  /** Browsers 1 to 4 with a and b, and 1 with c too. */
  async putPeople(): Promise<void> {
    await this.put('1', openProfile(['a', 'b', 'c']));
    for (const name of ['2', '3', '4']) await this.put(name, openProfile(['a', 'b']));
  }

  /** Serves a model that was made elsewhere, beside what is active; its `model@version`. */
  async importLocale(): Promise<string> {
    const bytes = encodeSnapshot(LOCALE.encode(localeFromArtifact({ de: [['a', 1]] })));
    const parts = {
      publisher: new ModelPublisher(this.log, this.codec, clock),
      activator: new SetActivator(this.log, this.codec, clock),
      published: this.published,
    };
    const models = [{ model: 'locale', bytes, parents: [], metrics: [] } as const];
    const { active } = await importModels(parts, models, { product: 'addons', by: 'test', reason: 'import' });
    const version = active.members.find(({ model }) => model === 'locale')?.version ?? '';
    return modelKey({ model: 'locale', version });
  }

  /** What exists now: manifests by `model@version`, and the active set. */
  async models(): Promise<{ manifests: ReadonlyMap<string, Manifest>; active: ActiveSet | undefined }> {
    await this.published.catchUp();
    return { manifests: this.published.manifests, active: this.published.sets.get('addons') };
  }

  receipts = async (): Promise<ErasureReceipt[]> => {
    const topic = 'privacy.erasure.completed.v1';
    const found: ErasureReceipt[] = [];
    for (const [partition, { earliest, end }] of (await this.log.bounds(topic)).entries()) {
      for await (const { value } of this.log.read({ topic, partition, from: earliest, to: end })) {
        if (value !== null) found.push(this.codec.decodeAs('privacy.ErasureReceipt', value));
      }
    }
    return found;
  };

  async #append<T extends RecordType>(
    topic: TopicName,
    key: string,
    type: T,
    value: RecordValues[T],
  ): Promise<Position | undefined> {
    const [position] = await this.log.append([{ topic, key, value: this.codec.encode(type, value) }]);
    return position;
  }
}
