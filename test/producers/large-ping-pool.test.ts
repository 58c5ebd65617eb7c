import { afterEach, describe, expect, it } from 'vitest';
import {
  LARGE_PING_THREADS,
  LargePingPool,
  MAX_WAITING_LARGE_PINGS,
} from '../../src/producers/large-ping-pool.ts';
import type { LargePingTask } from '../../src/producers/large-ping-worker.ts';
import { type GleanSubmission, parseSubmission } from '../../src/producers/submission.ts';
import { captured, decoded, packed } from './captured-ping.ts';

let pool = new LargePingPool();
afterEach(async () => {
  await pool.close();
  pool = new LargePingPool();
});

function task(body: Buffer): Omit<LargePingTask, 'task'> {
  const submission = parseSubmission(captured('addons').url);
  if (submission.kind !== 'glean') throw new Error('the captured ping is a Glean one');
  return { body, encoding: 'gzip', submission };
}

describe('the threads for large pings', () => {
  it('decode as this thread does, each body its own', async () => {
    const bodies = Array.from({ length: 4 * LARGE_PING_THREADS }, () => packed(captured('addons').body));
    const pings = await Promise.all(bodies.map((body) => pool.decode(task(body))));
    expect(pings).toEqual(bodies.map(() => decoded(captured('addons'))));
  });

  it('refuse as this thread does', async () => {
    const refused = expect.objectContaining({ name: 'PingRejection', code: 'not-json', status: 400 });
    await expect(pool.decode(task(packed('x').subarray(0, 0)))).rejects.toMatchObject({ code: 'empty-body' });
    await expect(pool.decode({ ...task(Buffer.from('{')), encoding: 'plain' })).rejects.toEqual(refused);
  });

  it('leave the body as it was', async () => {
    const body = packed(captured('addons').body);
    const before = Buffer.from(body);
    await pool.decode(task(body));
    expect(body).toEqual(before);
  });

  it('tell whoever waits when one of them breaks, and start another', async () => {
    const nonsense: GleanSubmission = JSON.parse('null');
    const broken = { ...task(packed(captured('addons').body)), submission: nonsense };
    const lost = expect.objectContaining({ code: 'ping-thread-lost', disposition: 'retry' });
    await expect(pool.decode(broken)).rejects.toEqual(lost);
    expect(await pool.decode(task(packed(captured('addons').body)))).toEqual(decoded(captured('addons')));
  });

  it('work on for the others when one of them breaks', async () => {
    const nonsense: GleanSubmission = JSON.parse('null');
    const broken = { ...task(packed(captured('addons').body)), submission: nonsense };
    const many = Array.from({ length: 3 * LARGE_PING_THREADS }, (_, i) =>
      pool.decode(i === 0 ? broken : task(packed(captured('addons').body))),
    );
    const settled = await Promise.allSettled(many);
    expect(settled.map(({ status }) => status)).toEqual(
      many.map((_, i) => (i === 0 ? 'rejected' : 'fulfilled')),
    );
  });

  it('let no more than a certain number wait', async () => {
    const most = LARGE_PING_THREADS + MAX_WAITING_LARGE_PINGS;
    const many = Array.from({ length: most + 1 }, () => pool.decode(task(packed(captured('addons').body))));
    const overloaded = { code: 'large-pings-overloaded', disposition: 'retry' };
    await expect(many.pop()).rejects.toMatchObject(overloaded);
    expect(await Promise.all(many)).toHaveLength(most);
  });

  it('take nothing any more once closed', async () => {
    const waiting = pool.decode(task(packed(captured('addons').body)));
    await pool.close();
    const lost = expect.objectContaining({ code: 'ping-thread-lost' });
    await expect(waiting).rejects.toEqual(lost);
    await expect(pool.decode(task(packed({})))).rejects.toEqual(lost);
  });
});
