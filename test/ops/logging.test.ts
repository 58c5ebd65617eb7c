import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { TaarError } from '../../src/domain/errors.ts';
import { createLogger, type LogFormat } from '../../src/ops/logging.ts';

function written(
  format: LogFormat,
  write: (logger: ReturnType<typeof createLogger>) => void,
  level = 'info',
): string {
  const stream = new PassThrough();
  write(createLogger(format, level, stream));
  return (stream.read() as Buffer | null)?.toString('utf8') ?? '';
}

describe('the mozlog format', () => {
  it('puts severity, time in nanoseconds and type at the top and the rest under Fields', () => {
    const line = JSON.parse(
      written('mozlog', (logger) => logger.warn({ type: 'taar.intake', rejected: 3 }, 'pings rejected')),
    );
    expect(line).toMatchObject({
      Type: 'taar.intake',
      Logger: 'taar-stream',
      EnvVersion: '2.0',
      Severity: 4,
      Pid: process.pid,
      Fields: { msg: 'pings rejected', rejected: 3 },
    });
    expect(Math.abs(line.Timestamp / 1e6 - Date.now())).toBeLessThan(60_000);
    expect(Object.keys(line.Fields)).not.toContain('type');
  });

  it('says code, message and traceback of an error', () => {
    const error = new TaarError('log-unavailable', 'retry', 'the disk is full');
    const line = JSON.parse(written('mozlog', (logger) => logger.error({ err: error }, 'append failed')));
    expect(line.Severity).toBe(3);
    expect(line.Fields).toMatchObject({ error: 'the disk is full', code: 'log-unavailable' });
    expect(line.Fields.traceback).toContain('TaarError');
  });
});

describe('the text format', () => {
  it('is one short line with the fields behind the message', () => {
    const line = written('text', (logger) => logger.info({ clients: 5000 }, 'trained'));
    expect(line).toMatch(/^\d\d:\d\d:\d\d trained clients=5000\n$/);
  });

  it('is short also for an error with a code, and shows where any other one comes from', () => {
    const foreseen = new TaarError('log-unavailable', 'retry', 'the disk is full');
    const fail = (err: Error) => (logger: ReturnType<typeof createLogger>) => logger.error({ err }, 'failed');
    const line = written('text', fail(foreseen));
    expect(line).toMatch(/^\d\d:\d\d:\d\d ERROR failed error=the disk is full code=log-unavailable\n$/);
    expect(written('text', fail(foreseen), 'debug')).toContain('logging.test.ts');
    expect(written('text', fail(new Error('oh')))).toContain('logging.test.ts');
  });

  it('leaves out what is below the level', () => {
    expect(written('text', (logger) => logger.info('quiet'), 'warn')).toBe('');
  });
});
