import { describe, expect, it } from 'vitest';
import { whenThere } from '../../../src/cli/roles/when-there.ts';
import { TaarError } from '../../../src/domain/errors.ts';
import { RecordingLogger } from '../../ops/recording-logger.ts';

const missing = new TaarError('topics-missing', 'retry', "no topics; run 'taar topics apply'");

function opening(failures: readonly unknown[]): () => Promise<string> {
  let calls = 0;
  return async () => {
    const failure = failures[calls++];
    if (failure !== undefined) throw failure;
    return 'open';
  };
}

describe('whenThere', () => {
  it('tries again what passes, says once what it waits for, and tells when that is over', async () => {
    const { logger, lines } = recording();
    const told: (string | undefined)[] = [];
    const waiting = { logger, signal: new AbortController().signal, onWaiting: tell };
    function tell(code: string | undefined): void {
      told.push(code);
    }
    expect(await whenThere(opening([missing, missing]), waiting)).toBe('open');
    expect(told).toEqual(['topics-missing', 'topics-missing', undefined]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("run 'taar topics apply'");
  });

  it('does not wait for what will not pass', async () => {
    const { logger } = recording();
    const failure = new TaarError('pepper-mismatch', 'halt', 'another pepper');
    const waiting = { logger, signal: new AbortController().signal };
    await expect(whenThere(opening([missing, failure]), waiting)).rejects.toBe(failure);
  });

  it('ends when it is told to', async () => {
    const { logger } = recording();
    const ending = new AbortController();
    const waiting = { logger, signal: ending.signal, onWaiting: () => ending.abort() };
    const started = whenThere(opening(Array(99).fill(missing)), waiting);
    await expect(started).rejects.toMatchObject({ code: 'interrupted' });
  });
});

function recording() {
  const recorder = new RecordingLogger();
  return { logger: recorder.logger, lines: recorder.lines };
}
