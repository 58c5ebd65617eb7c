import { describe, expect, it } from 'vitest';
import { ownPartition } from '../../src/log/owned-partition.ts';
import { Recorder, type RecorderOptions } from '../conformance/recording-handler.ts';

interface Case extends Pick<RecorderOptions, 'at' | 'takeUpAgain'> {
  readonly work?: (signal: AbortSignal) => Promise<void>;
}

/** Owns partition 3 until `stop` aborts; what happened is in the handler's steps. */
function own({ work = until, ...options }: Case): {
  handler: Recorder;
  stop: AbortController;
  end: Promise<void>;
} {
  const stop = new AbortController();
  const handler = new Recorder({ mark: '', stop, stopAfter: Number.POSITIVE_INFINITY, ...options });
  return { handler, stop, end: ownPartition(handler, 3, work, stop.signal) };
}

function until(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
}

describe('owning a partition', () => {
  it('is given up in order when told', async () => {
    const { handler, stop, end } = own({});
    stop.abort();
    await end;
    expect(handler.stepsOf(3)).toBe('assigned revoked');
  });

  it('does not begin when it is told to stop already', async () => {
    const stop = new AbortController();
    stop.abort();
    const handler = new Recorder({ mark: '', stop, stopAfter: 1 });
    await ownPartition(handler, 3, until, stop.signal);
    expect(handler.steps).toEqual([]);
  });

  it('stands still without an end of its own after a failure that is not to be tried again', async () => {
    const { handler, stop, end } = own({ work: () => Promise.reject(new Error('broken')) });
    const first = await Promise.race([
      end.then(() => 'ended'),
      new Promise((resolve) => setTimeout(resolve, 50)),
    ]);
    expect(first).toBeUndefined();
    expect(handler.stepsOf(3)).toBe('assigned lost failed');
    stop.abort();
    await end;
    expect(handler.stepsOf(3)).toBe('assigned lost failed');
  });

  it('tells the first error, also when giving up for it fails', async () => {
    const { handler, stop, end } = own({
      work: () => Promise.reject(new Error('first')),
      at: ({ what }) => {
        if (what === 'lost') throw new Error('second');
      },
    });
    await expect.poll(() => handler.failures).toEqual([{ partition: 3, error: new Error('first') }]);
    stop.abort();
    await end;
  });

  it('tells an error on the way out, too, by a signal that has aborted, and ends', async () => {
    const aborted: boolean[] = [];
    const { handler, stop, end } = own({
      at: ({ what }) => {
        if (what === 'revoked') throw new Error('late');
      },
      takeUpAgain: (_, signal) => {
        aborted.push(signal.aborted);
        return true;
      },
    });
    stop.abort();
    await end;
    expect(aborted).toEqual([true]);
    expect(handler.stepsOf(3)).toBe('assigned revoked lost failed');
  });
});
