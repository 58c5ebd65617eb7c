import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  COUNTING_LIMITS,
  CountedAnswers,
  type CountingLimits,
} from '../../../src/serving/feedback/counted-answers.ts';
import type { ServedAnswer } from '../../../src/serving/feedback/served-answer.ts';
import { answerOf } from './answers.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function counting(limits: Partial<CountingLimits> = {}) {
  const records: { answer: ServedAnswer; times: number | undefined }[] = [];
  const served = (client: undefined | string, answer: ServedAnswer, times?: number) => {
    expect(client).toBeUndefined();
    records.push({ answer, times });
    return () => '';
  };
  return { records, counted: new CountedAnswers({ served }, { ...COUNTING_LIMITS, ...limits }) };
}

describe('counted answers', () => {
  const [one, other] = [answerOf(1), answerOf(2)];

  it('make one record of the equal ones of a while, which says how many there were', async () => {
    const { records, counted } = counting();
    for (const answer of [one, other, one, one]) counted.served(answer);
    expect(records).toEqual([]);
    await vi.advanceTimersByTimeAsync(COUNTING_LIMITS.everyMs);
    expect(records).toEqual([
      { answer: one, times: 3 },
      { answer: other, times: 1 },
    ]);
    counted.served(one);
    await vi.advanceTimersByTimeAsync(COUNTING_LIMITS.everyMs);
    expect(records.at(-1)).toEqual({ answer: one, times: 1 });
  });

  it('are written in parts, so that no turn of the event loop takes long, and before they fill memory', async () => {
    const { records, counted } = counting({ different: 5, inOneGo: 2 });
    const answers = Array.from({ length: 5 }, (_, i) => answerOf(i));
    for (const answer of answers) counted.served(answer);
    expect(records).toHaveLength(2);
    for (let turn = 0; turn < 3; turn++) await setImmediate();
    expect(records.map(({ answer }) => answer)).toEqual(answers);
  });

  it('are written at the end, and one by one after it', async () => {
    const { records, counted } = counting();
    counted.served(one);
    await counted.drain();
    counted.served(other);
    expect(records).toEqual([
      { answer: one, times: 1 },
      { answer: other, times: 1 },
    ]);
    await vi.advanceTimersByTimeAsync(COUNTING_LIMITS.everyMs);
    expect(records).toHaveLength(2);
  });
});
