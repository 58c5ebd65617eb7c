import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SharedDeadline } from '../../src/serving/shared-deadline.ts';

const never = (): Promise<string> => new Promise(() => {});
const late = (): string => 'late';

describe('SharedDeadline', () => {
  it('gives the outcome of work that is in time, an error too', async () => {
    const deadline = new SharedDeadline(1_000);
    expect(await deadline.within(Promise.resolve('in time'), late)).toBe('in time');
    await expect(deadline.within(Promise.reject(new Error('broken')), late)).rejects.toThrow('broken');
    expect(await deadline.within(sleep(5, 'in time'), late)).toBe('in time');
  });

  it('does not care what becomes of work that was given up', async () => {
    const deadline = new SharedDeadline(5);
    const work = Promise.withResolvers<string>();
    expect(await deadline.within(work.promise, late)).toBe('late');
    work.reject(new Error('much later'));
    await nextTurn();
    expect(await deadline.within(Promise.resolve('next'), late)).toBe('next');
  });

  it('throws what is thrown for the late', async () => {
    const fails = (): never => {
      throw new Error('too late');
    };
    await expect(new SharedDeadline(5).within(never(), fails)).rejects.toThrow('too late');
  });

  it('waits for an outcome that has come while the event loop was busy', async () => {
    const deadline = new SharedDeadline(20);
    const work = new Promise<string>((resolve) => setImmediate(() => resolve('in time')));
    const outcome = deadline.within(work, late);
    const until = performance.now() + 40;
    while (performance.now() < until);
    expect(await outcome).toBe('in time');
  });
});

describe('SharedDeadline, by a clock of the test', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('gives up each after the same time of its own', async () => {
    const deadline = new SharedDeadline(50);
    const ends: [string, number][] = [];
    const start = performance.now();
    const ask = (name: string, work: Promise<string>): void => {
      void deadline
        .within(work, late)
        .then((how) => ends.push([`${name} ${how}`, performance.now() - start]));
    };
    const slow = Promise.withResolvers<string>();
    ask('first', never());
    ask('second', slow.promise);
    await vi.advanceTimersByTimeAsync(20);
    ask('third', never());
    await vi.advanceTimersByTimeAsync(10);
    slow.resolve('in time');
    await vi.advanceTimersByTimeAsync(200);
    ask('fourth', never());
    await vi.advanceTimersByTimeAsync(200);
    expect(ends.map(([how]) => how)).toEqual(['second in time', 'first late', 'third late', 'fourth late']);
    const [second, first, third, fourth] = ends.map(([, at]) => at);
    expect(second).toBe(30);
    for (const [at, due] of [
      [first, 50],
      [third, 70],
      [fourth, 280],
    ]) {
      expect(at).toBeGreaterThanOrEqual(due ?? 0);
      expect(at).toBeLessThanOrEqual((due ?? 0) + 2);
    }
  });

  it('has one timer for all, and none once nothing waits', async () => {
    const deadline = new SharedDeadline(50);
    for (let i = 0; i < 100; i++) void deadline.within(never(), late);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(60);
    expect(vi.getTimerCount()).toBe(0);
    await deadline.within(Promise.resolve('in time'), late);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(60);
    expect(vi.getTimerCount()).toBe(0);
  });
});
