import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { reachingBounds } from '../../src/log/reaching-bounds.ts';

const TOPIC = 'addons.profile.changed.v1';

/** A log with one partition that tells these ends in turn, the last one again and again. */
function logOf(ends: readonly number[], { endSettlesMs = 2_000, firstAnswerMs = 0 } = {}) {
  let asked = 0;
  const bounds = async () => {
    if (asked === 0) await sleep(firstAnswerMs);
    const end = ends[Math.min(asked++, ends.length - 1)] ?? 0;
    return [{ earliest: 0, end }];
  };
  return { log: { bounds, endSettlesMs }, asked: () => asked };
}

describe('bounds that somebody stands within', () => {
  it('are those of the first answer where it reaches so far', async () => {
    const { log, asked } = logOf([5]);
    expect(await reachingBounds(log, TOPIC, new Map([[0, 5]]))).toEqual([{ earliest: 0, end: 5 }]);
    expect(asked()).toBe(1);
  });

  it('are asked for again while the end may still settle, however long the first answer took', async () => {
    const { log } = logOf([3, 3, 5], { endSettlesMs: 1_500, firstAnswerMs: 1_600 });
    expect(await reachingBounds(log, TOPIC, new Map([[0, 5]]))).toEqual([{ earliest: 0, end: 5 }]);
  });

  it('are what they are once the end has settled, or nobody waits any more', async () => {
    const settled = logOf([3], { endSettlesMs: 0 });
    expect(await reachingBounds(settled.log, TOPIC, new Map([[0, 5]]))).toEqual([{ earliest: 0, end: 3 }]);
    const gone = logOf([3], { endSettlesMs: 60_000 });
    const signal = AbortSignal.abort();
    expect(await reachingBounds(gone.log, TOPIC, new Map([[0, 5]]), signal)).toHaveLength(1);
    expect(gone.asked()).toBe(1);
  });
});
