import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LoadGenerator, type LoadPlan } from '../../../src/cli/simulate/load.ts';
import { runLoadInThread } from '../../../src/cli/simulate/load-thread.ts';
import { run } from '../captured-io.ts';

interface Received {
  readonly url: string;
  readonly contentType: string;
  readonly body: { readonly clientId?: string; readonly client_info?: { readonly client_id: string } };
}

let received: Received[] = [];
let statusFor: (count: number) => number = () => 200;
let count = 0;
let server: Server;
let url = '';

beforeEach(async () => {
  received = [];
  count = 0;
  statusFor = () => 200;
  server = createServer(async (request: IncomingMessage, response) => {
    const body = JSON.parse(gunzipSync(await buffer(request)).toString());
    const status = statusFor(count++);
    if (status === 200) {
      received.push({
        url: request.url ?? '',
        contentType: request.headers['content-type'] ?? '',
        body,
      });
    }
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => new Promise((resolve) => server.close(resolve)));

function plan(changes: Partial<LoadPlan> = {}): LoadPlan {
  return { url, clients: 60, rate: 0, seed: 1, connections: 4, ...changes };
}

const NEVER = new AbortController().signal;

describe('LoadGenerator', () => {
  it('sends the day of every browser, gzipped, and counts the answers', async () => {
    const result = await new LoadGenerator(plan(), Date.now).run(NEVER);
    expect(result).toMatchObject({ clients: 60, sent: received.length, accepted: received.length });
    expect(result.rejected + result.unanswered + result.repeated).toBe(0);
    expect(result.p99Ms).toBeGreaterThan(0);
    expect(received.length).toBeGreaterThan(90);
    expect(received.filter(({ url }) => url.startsWith('/submit/firefox-desktop/')).length).toBeGreaterThan(
      0,
    );
    expect(received.filter(({ contentType }) => contentType.includes('x-www-form')).length).toBeGreaterThan(
      0,
    );
    expect(received.every(({ body }) => body.clientId ?? body.client_info?.client_id)).toBe(true);
  });

  it('sends a ping again after a 503, and does not after a 400', async () => {
    statusFor = (nth) => (nth === 0 ? 503 : nth === 1 ? 400 : 200);
    const result = await new LoadGenerator(plan({ clients: 5, connections: 1 }), Date.now).run(NEVER);
    expect(result.repeated).toBe(1);
    expect(result.rejected).toBe(1);
    expect(result.accepted).toBe(result.sent - 1);
  });

  it('keeps to its rate', async () => {
    const result = await new LoadGenerator(plan({ clients: 40, rate: 200 }), Date.now).run(NEVER);
    expect(result.perSecond).toBeLessThan(230);
    expect(result.sent).toBe(received.length);
  });

  it('stops when told, in the middle', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    const result = await new LoadGenerator(plan({ clients: 1_000_000, rate: 100 }), Date.now).run(
      stop.signal,
    );
    expect(result.sent).toBeLessThan(100);
    expect(result.accepted).toBe(result.sent);
  });

  it('runs in a thread as well, and can be stopped there', async () => {
    const result = await runLoadInThread(plan({ clients: 20 }), () => {}, NEVER);
    expect(result).toMatchObject({ clients: 20, accepted: received.length });
    const stop = AbortSignal.timeout(300);
    const stopped = await runLoadInThread(plan({ clients: 1_000_000, rate: 50 }), () => {}, stop);
    expect(stopped.clients).toBeLessThan(1000);
  });
});

describe('taar simulate', () => {
  it('prints a summary, or JSON', async () => {
    const text = await run(['simulate', '--clients', '20', '--url', url]);
    expect(text.code).toBe(0);
    expect(text.out).toMatch(/accepted +\d+\nrejected +0\n/);
    const json = await run(['simulate', '--clients', '20', '--url', url, '--json']);
    expect(JSON.parse(json.out)).toMatchObject({ clients: 20, rejected: 0 });
  });

  it('fails where nothing answers', async () => {
    const { code, err } = await run(['simulate', '--clients', '1', '--url', 'http://127.0.0.1:1']);
    expect(code).toBe(1);
    expect(err).toContain('(intake-unreachable)');
  });
});
