import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../src/domain/client-key.ts';
import { run } from '../captured-io.ts';

const CLIENTS = Array.from({ length: 40 }, (_, i) => sha256Hex(`client ${i}`));

const servers: Server[] = [];
let folder = '';
let file = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taar-compare-'));
  file = join(folder, 'clients.txt');
  await writeFile(file, `${CLIENTS.join('\n')}\n\nnot-a-client\n`);
});
afterAll(async () => {
  for (const server of servers) server.close();
  await rm(folder, { recursive: true });
});

/** Answers each client by its place in the file. */
async function service(
  answer: (client: number, authorization: unknown) => { status?: number; body: unknown },
): Promise<string> {
  const listener: RequestListener = ({ url = '', headers }, response) => {
    const client = CLIENTS.findIndex((sha) => url === `/v1/api/recommendations/${sha}/`);
    const { status = 200, body } = answer(client, headers.authorization);
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('taar compare', () => {
  it('asks both services for each client, and tells how far they agree and what failed', async () => {
    const ours = await service((i) =>
      i < 4 ? { status: 503, body: '' } : { body: { results: ['a', 'b'] } },
    );
    const theirs = await service((i) =>
      i < 8 ? { body: 'no json' } : { body: { results: i < 24 ? ['a', 'b'] : ['b'] } },
    );
    const { code, out, err } = await run([
      'compare',
      '--url',
      ours,
      '--against',
      theirs,
      '--clients',
      file,
      '--json',
    ]);
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({
      compared: 32,
      equal: 16,
      overlap: 0.75,
      unreadable: 1,
      failures: { ours: { 'status 503': 4 }, theirs: { 'no recommendations in the answer': 8 } },
    });
    for (const client of CLIENTS) expect(out).not.toContain(client);
  });

  it('sends the token to this service when it is told to, and never to the other', async () => {
    const seen: Record<'ours' | 'theirs', Set<unknown>> = { ours: new Set(), theirs: new Set() };
    const noting = (who: keyof typeof seen) => (_client: number, authorization: unknown) => {
      seen[who].add(authorization);
      return { body: { results: [] } };
    };
    const [ours, theirs] = [await service(noting('ours')), await service(noting('theirs'))];
    const args = ['compare', '--url', ours, '--against', theirs, '--clients', file];
    const env = { API_TOKEN: 'a-token-of-this-service' };
    expect((await run(args, env)).code).toBe(0);
    expect([...seen.ours, ...seen.theirs]).toEqual([undefined, undefined]);
    const { code, out, err } = await run([...args, '--token'], env);
    expect([code, `${out}${err}`.includes(env.API_TOKEN)]).toEqual([0, false]);
    expect([...seen.ours]).toContain('Bearer a-token-of-this-service');
    expect([...seen.theirs]).toEqual([undefined]);
    expect(await run([...args, '--token'])).toMatchObject({ code: 2 });
  });

  it('says it in words', async () => {
    const both = await service(() => ({ body: { results: [] } }));
    const { out } = await run(['compare', '--url', both, '--against', both, '--clients', file]);
    expect(out).toContain('40 clients compared');
    expect(out).toContain('100.0 % (40 of them both empty)');
    expect(out).toContain('1 lines name no client');
  });

  it('counts a service that nobody runs, and fails as nothing was compared', async () => {
    const there = await service(() => ({ body: { results: ['a'] } }));
    const args = ['compare', '--url', 'http://127.0.0.1:9', '--against', there, '--clients', file];
    const { code, out, err } = await run([...args, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      compared: 0,
      asked: 40,
      failures: { ours: { 'not reached': 40 }, theirs: {} },
    });
    expect(JSON.parse(err).error).toEqual({
      code: 'nothing-compared',
      message: 'no client could be compared: this service gave no answer (not reached)',
    });
  });

  it.each([
    ['', 'the file of clients is empty'],
    ['x\ny\n', 'none of the 2 lines names a client'],
  ])('fails where the file is %j, and says why', async (text, why) => {
    const there = await service(() => ({ body: { results: ['a'] } }));
    const other = join(folder, 'other.txt');
    await writeFile(other, text);
    const { code, err } = await run(['compare', '--url', there, '--against', there, '--clients', other]);
    expect([code, err]).toEqual([1, `taar: no client could be compared: ${why} (nothing-compared)\n`]);
  });

  it('fails where the file is not there', async () => {
    const missing = await run([
      'compare',
      '--against',
      'http://127.0.0.1:9',
      '--clients',
      join(folder, 'none'),
    ]);
    expect(missing.code).toBe(1);
    expect(missing.err).toContain('clients-unreadable');
  });
});
