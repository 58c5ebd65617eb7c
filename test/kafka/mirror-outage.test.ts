import { pino } from 'pino';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { topicSettings } from '../../src/log/topics.ts';
import { openBigtableView } from '../../src/views/bigtable/open-bigtable-view.ts';
import { ensureTable } from '../../src/views/bigtable/table-schema.ts';
import { ViewFollower } from '../../src/views/follower.ts';
import { BigtableEmulator } from '../infra/bigtable-emulator.ts';
import { describeWith, describeWithOwn, kafkaBrokers, schemaRegistryUrl } from '../infra/services.ts';
import { ConsumerProcess, isAllOwned } from './consumer-process.ts';
import { settleAndVerify } from './invariants.ts';
import { Load } from './load.ts';
import { SEED } from './seed.ts';
import { openSite, recordsOf } from './site.ts';
import { until } from './until.ts';

const CHANGELOG = 'addons.profile.changed.v1';
/** Shorter than in a mirror, so that the outage is longer than a write may take. */
const WRITE_DEADLINE_MS = 1_000;
const PINGS_PER_SECOND = 100;
const LIMIT_MS = 40_000;
const TIMEOUT_MS = 120_000;
const MAX_ROWS = 100_000;

describeWithOwn('bigtable', 'a mirror in Bigtable', () => {
  describeWith(['kafka', 'registry'], `of what consumers on Kafka make (TAAR_TEST_SEED=${SEED})`, () => {
    let emulator: BigtableEmulator;
    beforeAll(async () => {
      emulator = await BigtableEmulator.start();
    }, TIMEOUT_MS);
    afterAll(() => emulator.stop());

    it(
      'lags while its table does not answer, disturbs nobody, and ends with every row of the changelog',
      async () => {
        const site = await openSite(kafkaBrokers(), schemaRegistryUrl());
        const place = {
          projectId: 'a-project',
          instanceId: 'an-instance',
          tableId: 'taar_profile',
          emulatorHost: emulator.host,
        };
        await ensureTable(place);
        const view = await openBigtableView({
          place,
          role: 'writer',
          logId: site.log.id,
          name: CHANGELOG,
          writeDeadlineMs: WRITE_DEADLINE_MS,
        });
        onTestFinished(() => view.close());
        const logger = pino({ level: 'silent' });
        const follower = new ViewFollower({ log: site.log, topic: CHANGELOG, view, logger, clock: Date.now });
        onTestFinished(() => follower.stop());
        await follower.start();
        const consumer = await ConsumerProcess.start(site, 'only');
        await until('it works', () => isAllOwned([consumer]), LIMIT_MS);
        const load = Load.start(site, { seed: SEED, pingsPerSecond: PINGS_PER_SECOND });
        await load.more(PINGS_PER_SECOND, LIMIT_MS);

        await emulator.suspend();
        await until('the mirror lags', () => follower.lagSeconds(Date.now()) > 2, LIMIT_MS);
        await load.more(PINGS_PER_SECOND, LIMIT_MS);
        await emulator.resume();
        await load.more(PINGS_PER_SECOND, LIMIT_MS);
        await load.end();
        await settleAndVerify(site, load.acknowledged, [consumer]);

        const ends = (await site.log.bounds(CHANGELOG)).map(({ end }) => end);
        const hasAll = async () =>
          (await Promise.all(ends.map((_, partition) => view.position(partition)))).every(
            (position, partition) => position === ends[partition],
          );
        await until('the mirror has caught up', hasAll, LIMIT_MS);
        const changelog = await recordsOf(site, CHANGELOG);
        for (let partition = 0; partition < topicSettings(CHANGELOG).partitions; partition++) {
          const last = new Map((changelog[partition] ?? []).map(({ key, value }) => [key, value]));
          const rows = await view.range(partition, '', MAX_ROWS);
          const mirrored = rows.map(({ key, value }) => [key, Buffer.from(value).toString('hex')]);
          const expected = [...last].flatMap(([key, value]) =>
            value === null ? [] : [[key, Buffer.from(value).toString('hex')]],
          );
          expect(mirrored.sort()).toEqual(expected.sort());
        }
      },
      TIMEOUT_MS,
    );
  });
});
