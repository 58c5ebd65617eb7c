import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Clock } from '../../src/domain/clock.ts';
import type { ActiveSet, Manifest, SetMember } from '../../src/domain/model-records.ts';
import { openEmbeddedLog } from '../../src/log/embedded/embedded-log.ts';
import type { EventLog } from '../../src/log/event-log.ts';
import { RecordCodec } from '../../src/log/record-codec.ts';
import { SetActivator } from '../../src/models/activation.ts';
import { COINSTALL, coinstallFromMap } from '../../src/models/coinstall.ts';
import { encodeSnapshot } from '../../src/models/encode-snapshot.ts';
import type { ModelName } from '../../src/models/model-kind.ts';
import { MODEL_KINDS } from '../../src/models/model-kinds.ts';
import type { ModelRuntime } from '../../src/models/model-runtime.ts';
import { ModelPublisher, type Publication } from '../../src/models/publisher.ts';
import { RANKING, rankingFromMap } from '../../src/models/ranking.ts';
import { ModelReceiver } from '../../src/models/receiver.ts';
import { modelKey } from '../../src/models/version.ts';

export const PRODUCT = 'addons';
export const BY_TEST = { product: PRODUCT, by: 'test', reason: 'a test' } as const;
export const SILENT = pino({ level: 'silent' });

/** The marks that one answer found: in each model, and in the index made of both. */
export interface Marks {
  readonly coinstall: number;
  readonly ranking: number;
  readonly prepared: readonly number[];
}

/** A runtime whose every part tells from which set it is. A mark of 7 is a set that does not answer. */
export const MARK_RUNTIME: ModelRuntime<() => Marks> = {
  product: PRODUCT,
  models: ['coinstall', 'ranking'],
  prepareModule: new URL('./mark-prepare.ts', import.meta.url),
  attach: (models, prepared) => () => ({
    coinstall: models.get('coinstall')?.u32('counts')[0] ?? 0,
    ranking: models.get('ranking')?.u32('installs')[0] ?? 0,
    prepared: [...prepared.u32('marks')],
  }),
  warmUp: (runtime) => {
    if (runtime().coinstall === 7) throw new Error('no answer');
  },
};

/** A small model that holds a mark; `partners` makes it larger. */
export function snapshotOf(model: ModelName, mark: number, partners = 1): Uint8Array {
  if (model === 'ranking') return encodeSnapshot(RANKING.encode(rankingFromMap(new Map([['a', mark]]))));
  const row = new Map(Array.from({ length: partners }, (_, i) => [`partner ${i}`, mark]));
  return encodeSnapshot(COINSTALL.encode(coinstallFromMap(new Map([['a', row]]))));
}

export function publicationOf(model: ModelName, bytes: Uint8Array): Publication {
  const rest = { inputs: [], parents: [], seed: 1, clients: 1, metrics: [], deletionWatermark: 0 };
  return { model, bytes, ...rest };
}

/** Models on a real log in a temporary folder. */
export class ModelLog {
  readonly log: EventLog;
  readonly codec: RecordCodec;
  readonly publisher: ModelPublisher;
  readonly activator: SetActivator;
  readonly #receivers: ModelReceiver<unknown>[] = [];

  constructor(log: EventLog, codec: RecordCodec, clock: Clock = Date.now) {
    this.log = log;
    this.codec = codec;
    this.publisher = new ModelPublisher(log, codec, clock);
    this.activator = new SetActivator(log, codec, clock);
  }

  static async open(folder: string): Promise<ModelLog> {
    const log = await openEmbeddedLog({ file: join(folder, 'log.sqlite'), clock: Date.now, logger: SILENT });
    return new ModelLog(log, await RecordCodec.open(log.schemaIds));
  }

  /** Runs a test on a log of its own. */
  static async with(test: (models: ModelLog) => Promise<void>): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'taar-models-'));
    const models = await ModelLog.open(folder);
    try {
      await test(models);
    } finally {
      await models.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }

  async close(): Promise<void> {
    for (const receiver of this.#receivers) await receiver.stop();
    await this.log.close();
  }

  /** A receiver that is not started. */
  newReceiver<R>(runtime: ModelRuntime<R>): ModelReceiver<R> {
    return new ModelReceiver(this.log, this.codec, runtime, Date.now, SILENT);
  }

  /** A started receiver that has handled what was there. */
  async receiver<R>(runtime: ModelRuntime<R>): Promise<ModelReceiver<R>> {
    const receiver = this.newReceiver(runtime);
    this.#receivers.push(receiver);
    await receiver.start();
    await receiver.ready;
    return receiver;
  }

  publish(model: ModelName, mark: number, partners?: number): Promise<Manifest> {
    return this.publisher.publish(publicationOf(model, snapshotOf(model, mark, partners)));
  }

  /** Publishes both models with a mark. */
  async publishBoth(mark: number, partners?: number): Promise<Manifest[]> {
    return [await this.publish('coinstall', mark, partners), await this.publish('ranking', mark)];
  }

  /** Publishes both models with a mark and activates them. */
  async serve(mark: number, partners?: number): Promise<ActiveSet> {
    return this.activator.activate(BY_TEST, membersOf(await this.publishBoth(mark, partners)));
  }

  /** Puts records on the log that no publisher or activator would write. */
  async forge(manifests: readonly Manifest[], members: readonly SetMember[] = manifests): Promise<string> {
    for (const manifest of manifests) {
      const value = this.codec.encode('models.Manifest', manifest);
      await this.log.append([{ topic: 'models.manifest.published.v1', key: modelKey(manifest), value }]);
    }
    const setVersion = `forged ${members.map(modelKey).join(' ')}`;
    const active = { setVersion, members: membersOf(members) };
    const record = { product: PRODUCT, active, previous: [], activatedAt: 0, activatedBy: '', reason: '' };
    const value = this.codec.encode('models.ActiveSet', record);
    await this.log.append([{ topic: 'models.set.activated.v1', key: PRODUCT, value }]);
    return setVersion;
  }
}

export function membersOf(models: readonly SetMember[]): SetMember[] {
  return models.map(({ model, version }) => ({ model, version }));
}

/** A manifest as a publisher would write it, of a version that was not published. */
export function renamed(manifest: Manifest, change: Partial<Manifest>): Manifest {
  return { ...manifest, version: `${manifest.version}-forged`, ...change };
}

/** The current format of a model, for manifests that pretend another. */
export function formatOf(model: ModelName): number {
  return MODEL_KINDS[model].formatVersion;
}
