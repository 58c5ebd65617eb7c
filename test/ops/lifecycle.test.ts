import { describe, expect, it } from 'vitest';
import { TaarError } from '../../src/domain/errors.ts';
import { type Component, Lifecycle, together } from '../../src/ops/lifecycle.ts';

function recorded(name: string, calls: string[], failing: readonly string[] = []): Component {
  const call = (what: string) => async () => {
    calls.push(`${what} ${name}`);
    if (failing.includes(what)) throw new Error(`${what} of ${name} failed`);
  };
  return { name, start: call('start'), drain: call('drain'), stop: call('stop') };
}

describe('Lifecycle', () => {
  it('starts in order, drains all in reverse order, then stops all in reverse order', async () => {
    const calls: string[] = [];
    const lifecycle = new Lifecycle([recorded('a', calls), recorded('b', calls)]);
    await lifecycle.start();
    await lifecycle.stop();
    expect(calls).toEqual(['start a', 'start b', 'drain b', 'drain a', 'stop b', 'stop a']);
  });

  it('stops what had started when a later part cannot start, and tells that error', async () => {
    const calls: string[] = [];
    const lifecycle = new Lifecycle([recorded('a', calls), recorded('b', calls, ['start'])]);
    await expect(lifecycle.start()).rejects.toThrow('start of b failed');
    expect(calls).toEqual(['start a', 'start b', 'drain a', 'stop a']);
  });

  it('gives every part its turn to stop even when one fails, and reports all failures', async () => {
    const calls: string[] = [];
    const lifecycle = new Lifecycle([
      recorded('a', calls, ['stop']),
      recorded('b', calls, ['drain', 'stop']),
    ]);
    await lifecycle.start();
    const failure = await lifecycle.stop().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(calls.slice(2)).toEqual(['drain b', 'drain a', 'stop b', 'stop a']);
    expect(failure).toBeInstanceOf(TaarError);
    expect(((failure as TaarError).cause as AggregateError).errors).toHaveLength(3);
  });

  it('stops only once', async () => {
    const calls: string[] = [];
    const lifecycle = new Lifecycle([recorded('a', calls)]);
    await lifecycle.start();
    await lifecycle.stop();
    await lifecycle.stop();
    expect(calls.filter((call) => call === 'stop a')).toHaveLength(1);
  });
});

describe('components together', () => {
  it('are drained all at once: none waits for another', async () => {
    const first = Promise.withResolvers<void>();
    const waiting: Component = { ...recorded('a', []), drain: () => first.promise };
    const resolving: Component = { ...recorded('b', []), drain: async () => first.resolve() };
    await together('both', [waiting, resolving]).drain?.();
  });

  it('are all stopped even when one fails, and the failure is told', async () => {
    const calls: string[] = [];
    const both = together('both', [recorded('a', calls, ['stop']), recorded('b', calls)]);
    await expect(both.stop()).rejects.toThrow('stop of a failed');
    expect(calls).toEqual(['stop a', 'stop b']);
  });
});
