import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { addonClient } from '../../src/consumers/addon-client/addon-client.ts';
import { uniformsOf } from '../../src/domain/random.ts';
import type { EmbeddedLog } from '../../src/log/embedded/embedded-log.ts';
import type { RecordCodec } from '../../src/log/record-codec.ts';
import { topicSettings } from '../../src/log/topics.ts';
import { catchUp } from '../../src/views/catch-up.ts';
import { openRocksView } from '../../src/views/rocksdb/open-rocks-view.ts';
import { statesAfter } from '../sim/client-simulation.ts';
import { AFTER_THE_DAY, dayOfEvents } from './crash.events.ts';
import {
  bytesIn,
  openGround,
  recordOf,
  recordsOf,
  settled,
  startConsumer,
  statesIn,
  temporaryFolder,
} from './running-consumer.ts';

const CHILD = fileURLToPath(new URL('./crash.child.ts', import.meta.url));
const SEED = Number(process.env.CRASH_SEED ?? 20_260_304);
const KILLS = 50;
const RECORDS_A_BATCH = 16;
/** Few enough that the log is not at its end before the last of them. */
const MAX_BATCHES_A_LIFE = 6;
const MAX_DELAY_MS = 4;
const MOMENTS = ['output', 'commit', 'committed', 'view'];
const TIMEOUT_MS = 120_000;

/** One life of a consumer; how it ended. */
async function live(folder: string, life: number): Promise<NodeJS.Signals | null> {
  const draw = uniformsOf(SEED, 'life', life);
  const plan = [
    RECORDS_A_BATCH,
    1 + Math.floor(draw(0) * MAX_BATCHES_A_LIFE),
    MOMENTS[Math.floor(draw(1) * MOMENTS.length)],
    draw(2) * MAX_DELAY_MS,
  ];
  const args = [CHILD, join(folder, 'log.sqlite'), join(folder, 'view'), ...plan.map(String)];
  const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') };
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'], env });
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return signal;
}

/** How often each forwarded ping stands under its canonical key. */
async function timesObserved(log: EmbeddedLog, codec: RecordCodec): Promise<number[]> {
  const times = new Map<string, number>();
  for (const { key, value } of await recordsOf(log, addonClient.input)) {
    const record = codec.decode(value ?? Buffer.alloc(0));
    if (record.type !== 'addons.ClientObserved') continue;
    const name = `${key} ${record.value.documentId}`;
    times.set(name, (times.get(name) ?? 0) + 1);
  }
  return [...times.values()];
}

it(
  `ends with the same view after ${KILLS} kills as without any, and after the view is rebuilt (seed ${SEED})`,
  async () => {
    const [crashed, calm] = [join(await temporaryFolder(), 'crashed'), await temporaryFolder()];
    await mkdir(crashed);
    const events = dayOfEvents(SEED);
    const recording = await openGround(await temporaryFolder());
    const records = events.map((event) => recordOf(recording.codec, event));
    await recording.log.append(records);
    await recording.log.close();
    const recorded = join(recording.folder, 'log.sqlite');
    for (const folder of [crashed, calm]) await copyFile(recorded, join(folder, 'log.sqlite'));

    const signals: (NodeJS.Signals | null)[] = [];
    for (let life = 0; life < KILLS; life++) signals.push(await live(crashed, life));
    expect(signals).toEqual(new Array(KILLS).fill('SIGKILL'));

    const [after, undisturbed] = [await openGround(crashed), await openGround(calm)];
    for (const ground of [after, undisturbed]) {
      ground.time.now = AFTER_THE_DAY;
      await startConsumer(addonClient, ground);
      await settled(ground, addonClient);
    }
    const states = await statesIn(after.view, after.codec);
    expect(Object.keys(states).length).toBeGreaterThan(500);
    expect(states).toEqual(await statesIn(undisturbed.view, undisturbed.codec));
    expect(states).toEqual(statesAfter(events, SEED));
    // The states alone would not show a batch that was committed twice: repeated pings change nothing.
    expect(Math.max(...(await timesObserved(after.log, after.codec)))).toBe(1);

    const rebuilt = await openRocksView({
      folder: join(calm, 'rebuilt'),
      logId: after.log.id,
      name: 'profiles',
    });
    const { partitions } = topicSettings('addons.profile.changed.v1');
    for (let partition = 0; partition < partitions; partition++) {
      await catchUp(rebuilt, after.log, 'addons.profile.changed.v1', partition, () => AFTER_THE_DAY);
    }
    expect(hexOf(await bytesIn(rebuilt))).toEqual(hexOf(await bytesIn(after.view)));
    await rebuilt.close();
  },
  TIMEOUT_MS,
);

function hexOf(bytes: ReadonlyMap<string, Uint8Array>): [string, string][] {
  return [...bytes].map(([key, value]) => [key, Buffer.from(value).toString('hex')]);
}
