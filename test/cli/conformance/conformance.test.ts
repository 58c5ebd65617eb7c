import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kit, type KitCase, readKit } from '../../../src/cli/conformance/kit.ts';
import { runKit } from '../../../src/cli/conformance/run-kit.ts';
import { run } from '../captured-io.ts';

let kit: Kit;
let folder = '';
const servers: Server[] = [];
beforeAll(async () => {
  kit = await readKit();
  folder = await mkdtemp(join(tmpdir(), 'taar-kit-'));
});
afterAll(async () => {
  for (const server of servers) server.close();
  await rm(folder, { recursive: true });
});

/** Answers each request of the kit as the original did, if it comes as it stands in the kit. */
async function original(
  change: (one: KitCase) => Partial<KitCase> = () => ({}),
  answerPath: (one: KitCase) => string = () => 'personal',
): Promise<string> {
  const loaded = kit.cases.filter(({ phase }) => phase === 'loaded');
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const one = loaded.find(
        (candidate) =>
          candidate.method === request.method &&
          candidate.path === request.url &&
          bodyOf(candidate).equals(body) &&
          candidate.headers['Content-Type'] === request.headers['content-type'],
      );
      const {
        status,
        content_type,
        location,
        allow,
        response: text,
      } = { ...(one ?? NOT_SENT), ...(one && change(one)) };
      const headers = { ...(location && { location }), ...(allow && { allow }) };
      const labels = one && { 'taar-path': answerPath(one) };
      const isLate = labels?.['taar-path'] === 'empty:late';
      response
        .writeHead(status, { 'content-type': content_type, ...headers, ...labels })
        .end(isLate ? '{"results": ["late"]}' : text);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const NOT_SENT = { status: 418, content_type: 'text/plain', location: null, allow: null, response: '' };

function bodyOf({ body }: KitCase): Buffer {
  return typeof body === 'string' ? Buffer.from(body) : Buffer.from(body?.base64 ?? '', 'base64');
}

describe('taar conformance', () => {
  it('finds nothing to say against the original', async () => {
    const { code, out, err } = await run(['conformance', '--url', await original()]);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toContain('149 answers as the original gave them');
    expect(out).toContain('0 otherwise');
    expect(out).toContain('4 not compared: needs a service that holds no models');
  });

  it('names each request that is answered otherwise, says what was expected, and exits 1', async () => {
    const url = await original(({ id }) => {
      if (id === 'http-53') return { response: '{"results": ["a@x"]}' };
      return id === 'http-32' ? { status: 400 } : {};
    });
    const { code, out, err } = await run(['conformance', '--url', url, '--json']);
    expect(code).toBe(1);
    const report = JSON.parse(out);
    expect(report).toMatchObject({ same: 147, mended: [{ id: 'http-32' }] });
    expect(report.different).toEqual([
      {
        id: 'http-53',
        request: 'GET /v1/api/recommendations/not-a-hash/',
        note: 'no validation of ids',
        faults: ['answered {"results":["a@x"]}, not {"results":[]}'],
      },
    ]);
    expect(err).toContain('not-conforming');
  });

  it('asks again where an answer was given up for being late, but not for ever', async () => {
    const asked = new Map<string, number>();
    const lateFor = (times: Readonly<Record<string, number>>) => (one: KitCase) => {
      const before = asked.get(one.id) ?? 0;
      asked.set(one.id, before + 1);
      return before < (times[one.id] ?? 0) ? 'empty:late' : 'personal';
    };
    const url = await original(() => ({}), lateFor({ 'http-53': 2, 'http-54': 1_000 }));
    const judged = await runKit(url, kit);
    const different = judged.filter(({ verdict }) => verdict.kind === 'different').map(({ one }) => one.id);
    expect(different).toEqual(['http-54']);
    expect([asked.get('http-53'), asked.get('http-54')]).toEqual([3, 5]);
  });

  it('says that nothing answers, and exits 1', async () => {
    const { code, err } = await run(['conformance', '--url', 'http://127.0.0.1:9']);
    expect(code).toBe(1);
    expect(err).toContain('service-unreachable');
  });

  it.each(['before', 'in the middle of'])('gives up a service that hangs %s its answers', async (when) => {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      if (when !== 'before') response.writeHead(200, { 'content-type': 'application/json' }).write('{');
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(runKit(url, kit, {}, 50)).rejects.toMatchObject({ code: 'service-unreachable' });
    expect(asked).toBe(2);
  });

  it('repeats no command for the terminal that a service hides in its answers', async () => {
    const url = await original(({ id }) =>
      id === 'http-53' ? { content_type: 'application/json', response: '{"results": ["\u009b31m"]}' } : {},
    );
    const { out } = await run(['conformance', '--url', url]);
    expect(out).toContain('answered {"results":["\\u009b31m"]}');
    expect(out.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  it('writes the models and profiles that a service must hold', async () => {
    const { code, out } = await run(['conformance', '--write', join(folder, 'kit')]);
    expect(code).toBe(0);
    expect(out).toContain('guid_coinstallation.json');
    const donors = JSON.parse(await readFile(join(folder, 'kit', 'donors.json'), 'utf8'));
    expect(donors).toHaveLength(120);
    const lines = (await readFile(join(folder, 'kit', 'profiles.jsonl'), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(kit.profiles.size);
    expect(lines.every((line) => /^[0-9a-f]{64}$/.test(JSON.parse(line).client_id))).toBe(true);
  });
});
