import { describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../src/domain/clock.ts';
import { type TrainingSituation, trainingDue } from '../../src/trainers/schedule.ts';

const NOW = 1_782_000_000_000;

/** Ten minutes after the last training of 1,000 profiles, with nothing to do. */
function situation(other: Partial<TrainingSituation> = {}): TrainingSituation {
  return {
    now: NOW,
    lastTrainedAt: NOW - 10 * MINUTE_MS,
    lastAttemptAt: NOW - 10 * MINUTE_MS,
    profiles: 1000,
    changedSince: 0,
    erasuresWaiting: 0,
    listings: 200,
    ...other,
  };
}

const NEVER = { lastTrainedAt: undefined, lastAttemptAt: undefined, profiles: 0 };

describe('training is due', () => {
  it('not while nothing happens', () => {
    expect(trainingDue(situation())).toBeUndefined();
  });

  it('for the first time as soon as there are a profile and a catalogue', () => {
    expect(trainingDue(situation({ ...NEVER, profiles: 1 }))).toBe('first');
    expect(trainingDue(situation({ ...NEVER }))).toBeUndefined();
    expect(trainingDue(situation({ ...NEVER, profiles: 1, listings: 0 }))).toBeUndefined();
  });

  it('again soon after a first attempt that was refused, but not at once', () => {
    const refused = { ...NEVER, profiles: 1 };
    expect(trainingDue(situation({ ...refused, lastAttemptAt: NOW - 4_999 }))).toBeUndefined();
    expect(trainingDue(situation({ ...refused, lastAttemptAt: NOW - 5_000 }))).toBe('first');
  });

  it('when one profile in a hundred changed', () => {
    expect(trainingDue(situation({ changedSince: 9 }))).toBeUndefined();
    expect(trainingDue(situation({ changedSince: 10 }))).toBe('changes');
  });

  it('when a deletion waits', () => {
    expect(trainingDue(situation({ erasuresWaiting: 1 }))).toBe('erasure');
  });

  it('a day after the last one', () => {
    const at = (age: number) => situation({ lastTrainedAt: NOW - age, lastAttemptAt: undefined });
    expect(trainingDue(at(DAY_MS - 1))).toBeUndefined();
    expect(trainingDue(at(DAY_MS))).toBe('schedule');
  });

  it.each([
    ['a training', { lastTrainedAt: NOW - 5 * MINUTE_MS + 1 }],
    ['an attempt that came to nothing', { lastAttemptAt: NOW - 5 * MINUTE_MS + 1 }],
  ])('never within five minutes of %s', (_what, last) => {
    const busy = { changedSince: 1000, erasuresWaiting: 3 };
    expect(trainingDue(situation({ ...busy, ...last }))).toBeUndefined();
    expect(trainingDue(situation(busy))).toBe('erasure');
  });
});
