import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControlClient } from '../../../src/cli/control/control-client.ts';
import { ControlServer } from '../../../src/cli/control/control-server.ts';
import type { Operations } from '../../../src/cli/control/operations.ts';
import { controlSocketPath } from '../../../src/cli/control/socket-path.ts';
import { ClientKeys, sha256Hex } from '../../../src/domain/client-key.ts';
import { TaarError } from '../../../src/domain/errors.ts';
import type { Listing } from '../../../src/domain/listing.ts';

const SHA = sha256Hex('somebody');

class RecordedOperations implements Operations {
  readonly calls: unknown[][] = [];
  firstListing: Listing | undefined;

  async status() {
    return { pid: 1, url: 'http://127.0.0.1:1', status: 'ok', checks: {} };
  }
  async doctor() {
    return { ...(await this.status()), details: {}, lags: [] };
  }
  async profile(...args: Parameters<Operations['profile']>) {
    this.calls.push(['profile', ...args]);
    return { clientKey: new ClientKeys(undefined).of(args[0]), profile: null };
  }
  async delete(...args: Parameters<Operations['delete']>) {
    this.calls.push(['delete', ...args]);
    return { requestId: 'request-1', carriedOut: true };
  }
  async receipt(requestId: string) {
    this.calls.push(['receipt', requestId]);
    return { requestId, receipts: [], complete: false, searched: 'all' } as const;
  }
  async why(token: string) {
    this.calls.push(['why', token]);
    return { answer: null, observations: [], searched: 'all' } as const;
  }
  async train(...args: Parameters<Operations['train']>): ReturnType<Operations['train']> {
    this.calls.push(['train', ...args]);
    throw new TaarError('view-behind', 'retry', 'the view is being rebuilt; try again later');
  }
  async models() {
    return { models: [], sets: [] };
  }
  async activate(...args: Parameters<Operations['activate']>) {
    this.calls.push(['activate', ...args]);
    return { models: [], sets: [] };
  }
  async importModels(...args: Parameters<Operations['importModels']>) {
    this.calls.push(['importModels', ...args]);
    return { models: [], sets: [] };
  }
  async modelChunk(...args: Parameters<Operations['modelChunk']>) {
    this.calls.push(['modelChunk', ...args]);
    return Uint8Array.from([0, 255, args[1]]);
  }
  async importProfiles(...args: Parameters<Operations['importProfiles']>) {
    this.calls.push(['importProfiles', ...args]);
    return { taken: 0, malformed: [{ index: 0, reason: 'os must be text' }] };
  }
  async loadCatalogue(listings: readonly Listing[]) {
    this.calls.push(['loadCatalogue', listings.length]);
    this.firstListing ??= listings[0];
    return { loaded: listings.length };
  }
  async deadLetters(...args: Parameters<Operations['deadLetters']>) {
    this.calls.push(['deadLetters', ...args]);
    return { counts: {}, letters: [] };
  }
  async deadLetter(...args: Parameters<Operations['deadLetter']>): ReturnType<Operations['deadLetter']> {
    this.calls.push(['deadLetter', ...args]);
    throw new TaarError('dead-letter-unknown', 'halt', 'there is none');
  }
  async replayDeadLetters(...args: Parameters<Operations['replayDeadLetters']>) {
    this.calls.push(['replayDeadLetters', ...args]);
    return { replayed: 1, refused: {}, next: [] };
  }
}

function listing(index: number): Listing {
  return {
    guid: `addon-${index}@example.org`,
    name: `Add-on ${index}`,
    isWebExtension: true,
    summary: null,
    categories: ['tabs'],
    averageRating: 4.5,
    weeklyDownloads: null,
    recommended: false,
    firstCreated: null,
    platforms: index === 0 ? ['android', 'firefox'] : null,
  };
}

let folder = '';
let path = '';
let operations = new RecordedOperations();
let server = new ControlServer('', operations);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taar-control-'));
  path = controlSocketPath(folder);
  operations = new RecordedOperations();
  server = new ControlServer(path, operations);
});

afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

async function connected(): Promise<ControlClient> {
  const client = await ControlClient.connect(path);
  if (client === undefined) throw new Error('nobody listens');
  return client;
}

describe('the control socket', () => {
  it('carries every operation with its arguments and results', async () => {
    await server.start();
    const client = await connected();
    expect(await client.status()).toMatchObject({ pid: 1, url: 'http://127.0.0.1:1' });
    expect(await client.profile(SHA)).toEqual({ clientKey: SHA, profile: null });
    expect(await client.delete(SHA, true)).toEqual({ requestId: 'request-1', carriedOut: true });
    expect(await client.receipt('request-1')).toMatchObject({ requestId: 'request-1', complete: false });
    expect(await client.why('token-1')).toEqual({ answer: null, observations: [], searched: 'all' });
    expect(await client.models()).toEqual({ models: [], sets: [] });
    await client.activate('set-1', 'because');
    expect(await client.deadLetters({}, 5)).toEqual({ counts: {}, letters: [] });
    const selection = { topic: 'addons.client.event.v1', code: 'partition-wrong' } as const;
    expect(await client.replayDeadLetters({ ...selection, from: 'x' })).toMatchObject({ replayed: 1 });
    await expect(client.deadLetter('x')).rejects.toMatchObject({ code: 'dead-letter-unknown' });
    expect(operations.calls).toEqual([
      ['profile', SHA],
      ['delete', SHA, true],
      ['receipt', 'request-1'],
      ['why', 'token-1'],
      ['activate', 'set-1', 'because'],
      ['deadLetters', {}, 5],
      ['replayDeadLetters', { ...selection, from: 'x' }],
      ['deadLetter', 'x'],
    ]);
  });

  it('gives errors back with their code and message', async () => {
    await server.start();
    const client = await connected();
    await expect(client.train(['ranking'], true)).rejects.toMatchObject({
      code: 'view-behind',
      message: 'the view is being rebuilt; try again later',
    });
    await expect(client.train(undefined, false)).rejects.toBeInstanceOf(TaarError);
    expect(operations.calls).toEqual([
      ['train', ['ranking'], true],
      ['train', undefined, false],
    ]);
  });

  it('sends a catalogue in pieces', async () => {
    await server.start();
    const client = await connected();
    const listings = Array.from({ length: 1201 }, (_, index) => listing(index));
    expect(await client.loadCatalogue(listings)).toEqual({ loaded: 1201 });
    expect(operations.calls).toEqual([
      ['loadCatalogue', 500],
      ['loadCatalogue', 500],
      ['loadCatalogue', 201],
    ]);
    // What is not known stays so.
    expect(operations.firstListing).toEqual(listings[0]);
  });

  it('sends models in pieces, and gives one back by its chunks', async () => {
    await server.start();
    const client = await connected();
    const bytes = Uint8Array.from({ length: 7_000_001 }, (_, i) => i % 251);
    const models = [
      { model: 'ranking', bytes, parents: [], metrics: [{ name: 'items', value: 3 }] },
      { model: 'coinstall', bytes: bytes.subarray(0, 9), parents: ['ranking'], metrics: [] },
    ] as const;
    expect(await client.importModels(models, 'because')).toEqual({ models: [], sets: [] });
    const [name, received, reason] = operations.calls[0] ?? [];
    expect([name, reason]).toEqual(['importModels', 'because']);
    expect(received).toMatchObject(models.map(({ bytes: _, ...rest }) => rest));
    for (const [i, { bytes: sent }] of models.entries()) {
      expect(Buffer.compare(Buffer.from((received as typeof models)[i]?.bytes ?? []), sent)).toBe(0);
    }
    expect(await client.modelChunk('ranking@1', 7)).toEqual(Buffer.from([0, 255, 7]));
  });

  it('carries rows of profiles, and what is wrong with them', async () => {
    await server.start();
    const rows = [
      { sha: SHA, fields: { os: 5, active_addons: [{ addon_id: 'a' }], geo_city: null }, seenAt: 1 },
    ];
    expect(await (await connected()).importProfiles(rows)).toEqual({
      taken: 0,
      malformed: [{ index: 0, reason: 'os must be text' }],
    });
    expect(operations.calls).toEqual([['importProfiles', rows]]);
  });

  it('carries rows with keys of any name: one odd row must not refuse those beside it', async () => {
    const text = '{"__proto__": {"os": "x"}, "constructor": {"prototype": 1}, "addons": [{"__proto__": 1}]}';
    const rows = [{ sha: SHA, fields: JSON.parse(text), seenAt: 5 }];
    await server.start();
    await (await connected()).importProfiles(rows);
    expect(JSON.stringify(operations.calls)).toBe(JSON.stringify([['importProfiles', rows]]));
  });

  it('can be used by its owner only', async () => {
    await server.start();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('refuses a request that is not as it should be', async () => {
    await server.start();
    for (const body of ['{"sha":"x"}', '{"sha":5}', '{}', 'no json']) {
      expect(await statusOf(path, body)).toBeGreaterThanOrEqual(400);
    }
    expect(operations.calls).toEqual([]);
  });

  it('is taken over from a process that is gone, but not from one that lives', async () => {
    await writeFile(path, '');
    expect(await ControlClient.connect(path)).toBeUndefined();
    await server.start();
    await connected();
    const second = new ControlServer(path, operations);
    await expect(second.start()).rejects.toMatchObject({ code: 'already-running' });
    await connected();
  });

  it('is not there when nobody listens', async () => {
    expect(await ControlClient.connect(path)).toBeUndefined();
  });

  it('hides no other trouble', async () => {
    const talker = createServer((socket) => {
      socket.write('this is no HTTP\r\n\r\n', () => socket.destroy());
    });
    await new Promise<void>((resolve) => talker.listen(path, resolve));
    try {
      await expect(ControlClient.connect(path)).rejects.toThrow();
    } finally {
      await new Promise((resolve) => talker.close(resolve));
    }
  });
});

describe('controlSocketPath', () => {
  it('says so where the system would cut the path off', () => {
    expect(() => controlSocketPath(`/tmp/${'long/'.repeat(30)}`)).toThrow(/DATA_DIR.*more than 103 bytes/);
  });
});

function statusOf(socketPath: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const post = request({ socketPath, path: '/profile', method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    post.once('error', reject);
    post.end(body);
  });
}
