import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogueOf } from '../../src/cli/assembly/catalogue.ts';
import { catalogueCheck, lagCheck, logCheck, modelsCheck, viewCheck } from '../../src/cli/health-checks.ts';
import { listingOf, readSampleAddons } from '../../src/cli/sample/sample-addons.ts';
import { waitUntilSettled } from '../../src/cli/settling.ts';
import { openStores, type Stores } from '../../src/cli/stores.ts';
import { ConsumerLag } from '../../src/consumers/consumer-lag.ts';
import type { ReceiverStatus } from '../../src/models/receiver.ts';
import { createLogger } from '../../src/ops/logging.ts';
import { Metrics } from '../../src/ops/metrics.ts';
import { readSettings } from '../../src/ops/settings.ts';
import { publishListings } from '../../src/producers/catalogue.ts';

const START = Date.UTC(2026, 10, 24);
const TOPIC = 'addons.catalogue.changed.v1';
const logger = createLogger('text', 'error', process.stderr);

let folder = '';
let now = START;
let stores: Stores;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taar-health-'));
  now = START;
  stores = await openStores(readSettings({ DATA_DIR: join(folder, 'data') }), () => now, logger);
});

afterEach(async () => {
  await stores.close();
  await rm(folder, { recursive: true });
});

async function appendListings(count: number): Promise<void> {
  await publishListings(stores, readSampleAddons().slice(0, count).map(listingOf));
}

describe('lagCheck', () => {
  it('tells how old the oldest record is that was not worked through', async () => {
    let position = 0;
    const progress = { topic: TOPIC, positions: async () => [position] } as const;
    const check = lagCheck('lag', new ConsumerLag('somebody', stores.log, progress, () => now));
    expect(await check.check()).toEqual({ status: 'ok', details: { secondsBehind: 0 } });
    await appendListings(1);
    now += 30_000;
    await appendListings(1);
    now += 31_000;
    expect(await check.check()).toEqual({ status: 'warning', details: { secondsBehind: 61 } });
    position = 1;
    expect(await check.check()).toEqual({ status: 'ok', details: { secondsBehind: 31 } });
    position = 2;
    expect(await check.check()).toEqual({ status: 'ok', details: { secondsBehind: 0 } });
  });
});

describe('logCheck and viewCheck', () => {
  it('do real work, which fails where the stores are closed', async () => {
    expect(await logCheck(stores.log).check()).toMatchObject({ status: 'ok' });
    expect(await viewCheck(stores.profiles).check()).toEqual({ status: 'ok' });
    await stores.profiles.close();
    await expect(viewCheck(stores.profiles).check()).rejects.toThrow();
  });
});

describe('modelsCheck', () => {
  const status: ReceiverStatus = {
    product: 'addons',
    setVersion: 's1',
    models: [{ model: 'ranking', version: 'v1', bytes: 1, ageMs: 5_000 }],
    swaps: 1,
    lastSwapMs: 1,
    refusals: {},
    lastRefusal: undefined,
  };

  it('tells set and ages, and warns where nothing serves or it is old', async () => {
    expect(await modelsCheck(() => status).check()).toEqual({
      status: 'ok',
      details: { set: 's1', rankingAgeSeconds: 5 },
    });
    const none = { ...status, setVersion: undefined, models: [] };
    expect(await modelsCheck(() => none).check()).toMatchObject({
      status: 'warning',
      details: { set: null, answers: 'empty:no-models' },
    });
    const old = { ...status, models: status.models.map((model) => ({ ...model, ageMs: 3 * 86_400_000 })) };
    expect(await modelsCheck(() => old).check()).toMatchObject({ status: 'warning' });
  });
});

describe('catalogueCheck', () => {
  it('tells how many add-ons are listed and how far behind the table is', async () => {
    const table = catalogueOf({
      opened: stores,
      settings: readSettings({}),
      clock: () => now,
      logger,
      metrics: new Metrics(),
    });
    const check = catalogueCheck(table, () => now);
    now += 61_000;
    expect(await check.check()).toEqual({ status: 'warning', details: { secondsBehind: 61, listings: 0 } });
    await appendListings(2);
    await table.start();
    try {
      await table.caughtUp;
      expect(await check.check()).toEqual({ status: 'ok', details: { secondsBehind: 0, listings: 2 } });
    } finally {
      await table.stop();
    }
  });
});

describe('waitUntilSettled', () => {
  it('waits for what stood on the log, and what came of it, but not for what others append', async () => {
    let position = 0;
    let appended = 0;
    const progress = {
      topic: TOPIC,
      positions: async () => {
        if (position > 0 && appended++ < 100) await appendListings(1);
        return [position];
      },
    } as const;
    await appendListings(2);
    const settled = waitUntilSettled(stores.log, [progress], async () => {
      position += 1;
      return true;
    });
    expect(await settled).toBe(true);
    expect(position).toBeGreaterThanOrEqual(2);
  });

  it('gives up when told', async () => {
    await appendListings(1);
    const progress = { topic: TOPIC, positions: async () => [0] } as const;
    expect(await waitUntilSettled(stores.log, [progress], async () => false)).toBe(false);
  });
});

describe('openStores', () => {
  it('refuses another pepper, in a message that says what to do', async () => {
    await stores.close();
    const settings = readSettings({
      DATA_DIR: join(folder, 'data'),
      CLIENT_KEY_PEPPER: 'sixteen letters or more',
    });
    await expect(openStores(settings, () => now, logger)).rejects.toMatchObject({
      code: 'pepper-mismatch',
      message: expect.stringContaining('unset CLIENT_KEY_PEPPER'),
    });
    stores = await openStores(readSettings({ DATA_DIR: join(folder, 'data') }), () => now, logger);
  });

  it('refuses data that is open already, and leaves the first as it was', async () => {
    const settings = readSettings({ DATA_DIR: join(folder, 'data') });
    await expect(openStores(settings, () => now, logger)).rejects.toMatchObject({ code: 'log-in-use' });
    expect(await logCheck(stores.log).check()).toMatchObject({ status: 'ok' });
  });
});
