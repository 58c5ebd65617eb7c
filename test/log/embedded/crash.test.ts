import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Uniforms, uniformsOf } from '../../../src/domain/random.ts';
import type { EventLog } from '../../../src/log/event-log.ts';
import { topicSettings } from '../../../src/log/topics.ts';
import { type Acknowledged, CRASH_INPUT, CRASH_OUTPUT, type Report } from './crash-protocol.ts';
import { recordsOf, TemporaryLog, textOf } from './temporary-log.ts';

const WRITER = fileURLToPath(new URL('crash-writer.ts', import.meta.url));
const KILLS = 8;
const SEED = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));
const LONGEST_RUN_MS = 400;

describe('the embedded log after kill -9', () => {
  let temporary: TemporaryLog;
  beforeEach(async () => {
    temporary = await TemporaryLog.make();
  });
  afterEach(() => temporary.remove());

  it(`has all that was acknowledged, and every output once (CRASH_SEED=${SEED})`, async () => {
    const uniform: Uniforms = uniformsOf(SEED, 'kill moments', 0);
    const acknowledged: Acknowledged[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      acknowledged.push(...(await writeAndKill(temporary.file, LONGEST_RUN_MS * uniform(kill))));
      const log = await temporary.open();
      await expectSound(log, acknowledged);
      await log.close();
    }
    expect(acknowledged.length).toBeGreaterThan(KILLS);
  });
});

async function writeAndKill(file: string, afterMs: number): Promise<Acknowledged[]> {
  const acknowledged: Acknowledged[] = [];
  const child = fork(WRITER, [file]);
  child.on('message', (report: Report) => acknowledged.push(...report.acknowledged));
  await once(child, 'message');
  await setTimeout(afterMs);
  child.kill('SIGKILL');
  await once(child, 'close');
  return acknowledged;
}

async function expectSound(log: EventLog, acknowledged: readonly Acknowledged[]): Promise<void> {
  const groupOffsets = await log.committedOffsets('crash', CRASH_INPUT);
  for (let partition = 0; partition < topicSettings(CRASH_INPUT).partitions; partition++) {
    const inputs = await recordsOf(log, CRASH_INPUT, partition);
    expect(inputs.map(({ offset }) => offset)).toEqual(inputs.map((_, i) => i));
    const values = inputs.map(textOf);
    const own = acknowledged.filter((each) => each.partition === partition);
    expect(own.map(({ offset }) => values[offset])).toEqual(own.map(({ value }) => value));
    const outputs = await recordsOf(log, CRASH_OUTPUT, partition);
    expect(outputs.map(textOf)).toEqual(values.slice(0, groupOffsets[partition]));
  }
}
