import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { TaarError } from '../../src/domain/errors.ts';
import type { Manifest } from '../../src/domain/model-records.ts';
import { encodeSnapshot } from '../../src/models/encode-snapshot.ts';
import { ModelReceiver } from '../../src/models/receiver.ts';
import {
  BY_TEST,
  formatOf,
  MARK_RUNTIME,
  type Marks,
  ModelLog,
  membersOf,
  publicationOf,
  renamed,
  SILENT,
  snapshotOf,
} from './model-log.ts';

type Receiver = ModelReceiver<() => Marks>;

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('waited for 10 s in vain');
    await delay(1);
  }
}

function servedBy(receiver: Receiver): number | undefined {
  return receiver.current()?.runtime().coinstall;
}

function allRefusals(receiver: Receiver): number {
  return Object.values(receiver.status().refusals).reduce((sum, count) => sum + count, 0);
}

describe('a receiver', () => {
  it('is ready with nothing where nothing was activated', () =>
    ModelLog.with(async (models) => {
      const receiver = await models.receiver(MARK_RUNTIME);
      expect(receiver.current()).toBeUndefined();
      expect(receiver.status()).toMatchObject({ setVersion: undefined, models: [], swaps: 0, refusals: {} });
    }));

  it('is ready with the set that was active when it started', () =>
    ModelLog.with(async (models) => {
      await models.serve(1);
      const { active } = await models.serve(2);
      const receiver = await models.receiver(MARK_RUNTIME);
      expect(receiver.current()?.setVersion).toBe(active.setVersion);
      expect(receiver.current()?.runtime()).toEqual({ coinstall: 2, ranking: 2, prepared: [2, 2] });
      expect(receiver.status().models.map(({ model }) => model)).toEqual(['coinstall', 'ranking']);
      expect(receiver.status().models.every(({ ageMs, bytes }) => ageMs >= 0 && bytes > 0)).toBe(true);
    }));

  it('swaps to a set that is activated later, and back to an older one', () =>
    ModelLog.with(async (models) => {
      const receiver = await models.receiver(MARK_RUNTIME);
      const first = await models.serve(1);
      await until(() => servedBy(receiver) === 1);
      await models.serve(2, 100_000);
      await until(() => servedBy(receiver) === 2);
      const began = Date.now();
      await models.activator.activatePrevious(BY_TEST, first.active.setVersion);
      await until(() => servedBy(receiver) === 1);
      expect(Date.now() - began).toBeLessThan(5000);
      expect(receiver.status()).toMatchObject({ swaps: 3, refusals: {} });
    }));

  it('does not load a member again that both sets hold', () =>
    ModelLog.with(async (models) => {
      const [coinstall, ranking] = await models.publishBoth(1);
      if (coinstall === undefined || ranking === undefined) throw new Error('not published');
      const receiver = await models.receiver(MARK_RUNTIME);
      await models.activator.activate(BY_TEST, membersOf([coinstall, ranking]));
      await until(() => servedBy(receiver) === 1);
      const newer = await models.publish('ranking', 2);
      // Its chunks are nowhere any more, so loading it again would be refused.
      const lost = { ...coinstall, chunks: coinstall.chunks.map((chunk) => ({ ...chunk, offset: 10_000 })) };
      await models.forge([lost], [coinstall, newer]);
      await until(() => receiver.current()?.runtime().ranking === 2);
      expect(receiver.current()?.runtime()).toEqual({ coinstall: 1, ranking: 2, prepared: [1, 2] });
    }));

  it('serves the set before the active one where that is damaged when it starts', () =>
    ModelLog.with(async (models) => {
      const { active } = await models.serve(1);
      const coinstall = await models.publisher.publish(publicationOf('coinstall', marked(13)));
      const ranking = await models.publish('ranking', 13);
      await models.activator.activate(BY_TEST, membersOf([coinstall, ranking]));
      const receiver = await models.receiver(MARK_RUNTIME);
      expect(servedBy(receiver)).toBe(1);
      expect(receiver.status()).toMatchObject({
        setVersion: active.setVersion,
        swaps: 1,
        refusals: { 'prepare-failed': 1 },
      });
      await models.serve(2);
      await until(() => servedBy(receiver) === 2);
    }));

  it('waits for a log that cannot be read for now, and refuses nothing for it', () =>
    ModelLog.with(async (models) => {
      const { active } = await models.serve(1);
      let failures = 20;
      const ailing = new Proxy(models.log, {
        get: (log, name) => {
          if (name === 'read' && failures > 0) {
            failures -= 1;
            throw new TaarError('log-unavailable', 'retry', 'the log is away');
          }
          const value: unknown = Reflect.get(log, name);
          return typeof value === 'function' ? value.bind(log) : value;
        },
      });
      const receiver = new ModelReceiver(ailing, models.codec, MARK_RUNTIME, Date.now, SILENT, 1);
      await receiver.start();
      await receiver.ready;
      expect(failures).toBe(0);
      expect(receiver.status()).toMatchObject({ setVersion: active.setVersion, refusals: {} });
      await receiver.stop();
    }));

  it('stops while it is loading a set', () =>
    ModelLog.with(async (models) => {
      await models.serve(1, 300_000);
      const receiver = models.newReceiver(MARK_RUNTIME);
      await receiver.start();
      await delay(5);
      await receiver.stop();
      expect(receiver.status()).toMatchObject({ swaps: 0, refusals: {} });
    }));

  it('answers every request from one set while a thousand sets go by', () =>
    ModelLog.with(async (models) => {
      const receiver = await models.receiver(MARK_RUNTIME);
      const stop = new AbortController();
      const seen = new Set<number>();
      let mixed = 0;
      const requests = (async () => {
        while (!stop.signal.aborted) {
          const set = receiver.current();
          const before = set?.runtime();
          await delay(0);
          const after = set?.runtime();
          if (before === undefined || after === undefined) continue;
          const marks = [before, after].flatMap((m) => [m.coinstall, m.ranking, ...m.prepared]);
          if (new Set(marks).size !== 1) mixed += 1;
          seen.add(before.coinstall);
        }
      })();
      const sets = [await models.serve(100), await models.serve(101), await models.serve(102)];
      for (let swap = 1; swap <= 1000; swap++) {
        const { setVersion } = sets[swap % 3]?.active ?? { setVersion: '' };
        await models.activator.activatePrevious(BY_TEST, setVersion);
        await until(() => receiver.current()?.setVersion === setVersion);
      }
      stop.abort();
      await requests;
      expect(receiver.status().swaps).toBeGreaterThanOrEqual(1000);
      expect(allRefusals(receiver)).toBe(0);
      expect(mixed).toBe(0);
      expect([...seen].sort()).toEqual([100, 101, 102]);
    }));
});

describe('a receiver refuses, counts and goes on serving the old set', () => {
  type Forgery = (models: ModelLog, good: readonly [Manifest, Manifest]) => Promise<unknown>;

  function bytes(make: () => Uint8Array): Forgery {
    return async (models, [, ranking]) => {
      const coinstall = await models.publisher.publish(publicationOf('coinstall', make()));
      await models.activator.activate(BY_TEST, membersOf([coinstall, ranking]));
    };
  }

  function manifest(change: (good: Manifest) => Partial<Manifest>): Forgery {
    return async (models, [coinstall, ranking]) => {
      const bad = renamed(coinstall, change(coinstall));
      await models.forge([bad], [bad, ranking]);
    };
  }

  function digest(text: string): string {
    return text.repeat(64);
  }

  const damaged: Record<string, [string, Forgery]> = {
    'a chunk that is not in the log': [
      'chunk-missing',
      manifest(({ chunks }) => ({ chunks: chunks.map((chunk) => ({ ...chunk, offset: 10_000 })) })),
    ],
    'a chunk of another model in its place': ['chunk-missing', manifest(() => ({}))],
    'a chunk fewer than its size needs': [
      'size-wrong',
      manifest(({ chunks }) => ({ chunks: chunks.slice(1) })),
    ],
    'a size that no node can hold': ['size-wrong', manifest(() => ({ bytes: 2 ** 40 }))],
    'a format of another release': [
      'format-unknown',
      manifest(() => ({ formatVersion: formatOf('coinstall') + 1 })),
    ],
    'a parent that is gone': ['parent-missing', manifest(() => ({ parents: ['coinstall@gone'] }))],
    'no manifest': [
      'model-missing',
      (models, [, ranking]) => models.forge([], [{ model: 'coinstall', version: 'never' }, ranking]),
    ],
    'no member that the product knows': [
      'member-missing',
      (models) => models.forge([], [{ model: 'of another release', version: '1' }]),
    ],
    'bytes that are no snapshot': ['snapshot-format', bytes(() => new Uint8Array(1000))],
    'a snapshot that was cut': ['snapshot-corrupt', bytes(() => MODEL.subarray(0, MODEL.length - 1))],
    'a snapshot with one bit flipped': ['snapshot-corrupt', bytes(() => flipped(MODEL, MODEL.length - 1))],
    'a number that is not finite': [
      'model-invalid',
      bytes(() =>
        encodeSnapshot([{ name: 'counts', type: 'f64', shape: [1], data: Float64Array.of(Number.NaN) }]),
      ),
    ],
    'a preparation that fails': ['prepare-failed', bytes(() => marked(13))],
    'a preparation that ends its thread': ['assembler-failed', bytes(() => marked(11))],
    'a runtime that does not answer': ['warm-up-failed', bytes(() => marked(7))],
  };

  it.each(Object.entries(damaged))('a set with %s', (_what, [code, forge]) =>
    ModelLog.with(async (models) => {
      const [coinstall, ranking] = await models.publishBoth(1);
      if (coinstall === undefined || ranking === undefined) throw new Error('not published');
      const receiver = await models.receiver(MARK_RUNTIME);
      await models.activator.activate(BY_TEST, membersOf([coinstall, ranking]));
      await until(() => servedBy(receiver) === 1);
      const { setVersion } = receiver.status();
      await forge(models, [coinstall, ranking]);
      await until(() => allRefusals(receiver) > 0);
      expect(receiver.status()).toMatchObject({ setVersion, refusals: { [code]: 1 }, lastRefusal: { code } });
      expect(receiver.current()?.runtime()).toEqual({ coinstall: 1, ranking: 1, prepared: [1, 1] });
      await models.serve(2);
      await until(() => servedBy(receiver) === 2);
    }),
  );

  it('a set whose chunk or digest differs from its manifest', () =>
    ModelLog.with(async (models) => {
      const [coinstall, ranking] = await models.publishBoth(1);
      if (coinstall === undefined || ranking === undefined) throw new Error('not published');
      const receiver = await models.receiver(MARK_RUNTIME);
      const badChunk = {
        ...coinstall,
        chunks: coinstall.chunks.map((chunk) => ({ ...chunk, sha256: digest('a') })),
      };
      await models.forge([badChunk], [coinstall, ranking]);
      await until(() => receiver.status().refusals['chunk-corrupt'] === 1);
      await models.forge([{ ...coinstall, sha256: digest('b') }], [ranking, coinstall]);
      await until(() => receiver.status().refusals['snapshot-corrupt'] === 1);
      await models.forge([coinstall], [coinstall, ranking]);
      await until(() => servedBy(receiver) === 1);
    }));

  it('a record that is no set at all', () =>
    ModelLog.with(async (models) => {
      await models.serve(1);
      const receiver = await models.receiver(MARK_RUNTIME);
      const value = Uint8Array.of(1, 2, 3);
      await models.log.append([{ topic: 'models.set.activated.v1', key: 'addons', value }]);
      await until(() => receiver.status().refusals['schema-unknown'] === 1);
      expect(servedBy(receiver)).toBe(1);
    }));
});

const MODEL = marked(5);

function marked(mark: number): Uint8Array {
  return snapshotOf('coinstall', mark);
}

function flipped(bytes: Uint8Array, index: number): Uint8Array {
  const bad = bytes.slice();
  bad[index] = (bad[index] ?? 0) ^ 1;
  return bad;
}
