import { expect, it } from 'vitest';
import { dispositionOf, messageOf, TaarError } from '../../src/domain/errors.ts';

it('carries a code, a disposition and a cause', () => {
  const cause = new Error('below');
  const error = new TaarError('log-unavailable', 'retry', 'the log is away', { cause });
  expect(error).toMatchObject({
    name: 'TaarError',
    code: 'log-unavailable',
    message: 'the log is away',
    cause,
  });
  expect(dispositionOf(error)).toBe('retry');
});

it('halts for what nobody classified', () => {
  expect([new Error('x'), 'x', undefined, { disposition: 'retry' }].map(dispositionOf)).toEqual([
    'halt',
    'halt',
    'halt',
    'halt',
  ]);
});

it('has a message for whatever was thrown', () => {
  expect([new Error('x'), 'y', undefined].map(messageOf)).toEqual(['x', 'y', 'undefined']);
});
