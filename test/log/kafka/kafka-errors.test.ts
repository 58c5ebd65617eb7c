import { describe, expect, it } from 'vitest';
import { TaarError } from '../../../src/domain/errors.ts';
import { asLogError, brokerErrorOf, isFenced, isOutOfRange } from '../../../src/log/kafka/kafka-errors.ts';

function brokerError(type: string, message = 'the brokers say no'): Error {
  return Object.assign(new Error(message), { type });
}

function wrapped(cause: unknown, times = 1): Error {
  const error = new Error('gave up', { cause });
  return times === 1 ? error : wrapped(error, times - 1);
}

describe('an error of the client', () => {
  it('is known by the name that the brokers gave it, also inside others', () => {
    expect(brokerErrorOf(brokerError('NOT_COORDINATOR'))).toBe('NOT_COORDINATOR');
    expect(brokerErrorOf(wrapped(brokerError('NOT_COORDINATOR'), 3))).toBe('NOT_COORDINATOR');
    expect(brokerErrorOf(new Error('connection lost'))).toBeUndefined();
    expect(brokerErrorOf('text')).toBeUndefined();
  });

  it('is not looked into without end', () => {
    const error = new Error('a circle');
    error.cause = error;
    expect(brokerErrorOf(error)).toBeUndefined();
  });

  it.each(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED', 'INVALID_PRODUCER_ID_MAPPING'])(
    'fences a writer off when it is %s',
    (type) => {
      expect(isFenced(wrapped(brokerError(type)))).toBe(true);
    },
  );

  it('does not fence a writer off when it is something else', () => {
    expect(isFenced(brokerError('NOT_COORDINATOR'))).toBe(false);
    expect(isFenced(new Error('connection lost'))).toBe(false);
  });

  it('says that an offset is out of range', () => {
    expect(isOutOfRange(wrapped(brokerError('OFFSET_OUT_OF_RANGE')))).toBe(true);
    expect(isOutOfRange(brokerError('NOT_LEADER_FOR_PARTITION'))).toBe(false);
  });
});

describe('an error of the log', () => {
  it('halts where waiting mends nothing', () => {
    const error = asLogError(wrapped(brokerError('TOPIC_AUTHORIZATION_FAILED')), 'an append');
    expect(error).toMatchObject({ code: 'log-refused', disposition: 'halt' });
    expect(error.message).toContain('TOPIC_AUTHORIZATION_FAILED');
  });

  it('is tried again in every other case, and keeps its cause', () => {
    const cause = new Error('connection lost');
    const error = asLogError(cause, 'an append');
    expect(error).toMatchObject({ code: 'log-unavailable', disposition: 'retry', cause });
    expect(error.message).toContain('an append');
  });

  it('stays what it is where it is ours already', () => {
    const error = new TaarError('offset-out-of-range', 'halt', 'a message');
    expect(asLogError(error, 'an append')).toBe(error);
  });
});
