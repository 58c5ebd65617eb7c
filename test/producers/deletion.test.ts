import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClientKeys, sha256Hex } from '../../src/domain/client-key.ts';
import { TaarError } from '../../src/domain/errors.ts';
import { requestDeletion } from '../../src/producers/deletion.ts';
import { NOW, TemporaryLog } from './temporary-log.ts';

const KEY = new ClientKeys('a pepper of some length').of(sha256Hex('somebody'));

let storage: TemporaryLog;
beforeAll(async () => {
  storage = await TemporaryLog.open();
});
afterAll(() => storage.remove());

describe('requestDeletion', () => {
  it('makes a durable request to every product and returns its id', async () => {
    const { log, codec } = storage;
    const dependencies = { log, codec, clock: () => NOW, newId: () => 'the-request' };
    expect(await requestDeletion(dependencies, KEY, { reopen: true })).toBe('the-request');
    expect(await storage.stored('privacy.deletion.requested.v1')).toEqual([
      {
        key: KEY,
        type: 'privacy.DeletionRequest',
        value: {
          requestId: 'the-request',
          origin: 'operator',
          requestedAt: NOW,
          reopen: true,
          products: ['addons'],
        },
      },
    ]);
  });

  it('returns no id when the log is not there', async () => {
    const log = { append: () => Promise.reject(new TaarError('log-unavailable', 'retry', 'not there')) };
    const dependencies = { log, codec: storage.codec, clock: () => NOW, newId: () => 'another' };
    const failed = expect.objectContaining({ code: 'log-unavailable' });
    await expect(requestDeletion(dependencies, KEY, { reopen: false })).rejects.toEqual(failed);
  });
});
