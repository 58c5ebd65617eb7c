import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Population, SHOWN_LEGACY_ID } from '../../src/cli/sample/population.ts';
import { readSampleAddons } from '../../src/cli/sample/sample-addons.ts';
import { sha256Hex } from '../../src/domain/client-key.ts';
import { openEmbeddedLog } from '../../src/log/embedded/embedded-log.ts';
import { RecordCodec } from '../../src/log/record-codec.ts';
import { createLogger } from '../../src/ops/logging.ts';
import { AnswerTokens, newTokenContent } from '../../src/serving/feedback/answer-tokens.ts';
import { DailyPseudonyms } from '../../src/serving/feedback/daily-pseudonyms.ts';
import { RunningTaar, TAAR, taar } from './running-taar.ts';

const CLIENTS = 400;
const SEED = 42;
const UBLOCK = 'uBlock0@raymondhill.net';
const PRIVACY_TOKEN = 'token-of-the-privacy-team';

let folder = '';
let env: Record<string, string> = {};
let running: RunningTaar;
let deletionRequest = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taar-e2e-'));
  env = { DATA_DIR: join(folder, 'data'), PORT: '0', SEED: String(SEED), PRIVACY_TOKEN };
  running = await RunningTaar.sampled(CLIENTS, env);
}, 90_000);

afterAll(async () => {
  running.kill();
  await rm(folder, { recursive: true });
});

async function get(path: string): Promise<{ body: string; headers: Headers }> {
  const answer = await fetch(`${running.url}${path}`);
  return { body: await answer.text(), headers: answer.headers };
}

function hasAddon(clientId: string): Promise<{ body: string }> {
  return get(`/v1/api/client_has_addon/${sha256Hex(clientId)}/${encodeURIComponent(UBLOCK)}/`);
}

/** Runs a line that was printed for people, with curl where there is one. */
async function runCurlLine(line: string): Promise<string> {
  try {
    return (await promisify(execFile)('sh', ['-c', line])).stdout;
  } catch {
    return (await fetch(/'([^']+)'/.exec(line)?.[1] ?? '')).text();
  }
}

describe.sequential('taar up --sample', () => {
  it('tells how it goes in plain lines, what it serves, and three requests that work', async () => {
    expect(running.out).toMatch(/\d+ pings accepted in .* 0 rejected/);
    expect(running.out).not.toContain('\r');
    expect(running.out).toMatch(/coinstall +\S+ +[\d.]+ kB, of \d+ clients, \d+ s old/);
    expect(running.curlLines).toHaveLength(3);
    const [recommended = '', has = '', heartbeat = ''] = await Promise.all(
      running.curlLines.map(runCurlLine),
    );
    const { results } = JSON.parse(recommended) as { results: string[] };
    const known = new Map(readSampleAddons().map(({ guid, name }) => [guid, name]));
    expect(results).toHaveLength(4);
    for (const guid of results) expect(running.out).toContain(known.get(guid));
    expect(JSON.parse(has)).toEqual({ results: true });
    expect(JSON.parse(heartbeat)).toMatchObject({ status: 'ok', checks: { log: 'ok', models: 'ok' } });
  });

  it('writes no client id to its logs', () => {
    const population = new Population(SEED, readSampleAddons());
    const logs = running.err.toLowerCase();
    expect(logs).toContain('serving a new model set');
    for (let index = 0; index < CLIENTS; index++) {
      const { legacyId, gleanId } = population.browser(index);
      for (const id of [legacyId, gleanId]) {
        expect(logs.includes(id) || logs.includes(sha256Hex(id))).toBe(false);
      }
    }
  });

  it('refuses a second one on the same data', async () => {
    const { code, err } = await taar(['up'], env);
    expect(code).toBe(1);
    expect(err).toContain('(log-in-use)');
  });

  it('shows a profile by id, by hash, and from standard input, under either id of the browser', async () => {
    const plain = await taar(['profile', SHOWN_LEGACY_ID, '--json'], env);
    expect(plain.code).toBe(0);
    const { clientKey, profile } = JSON.parse(plain.out);
    expect(clientKey).toBe(sha256Hex(SHOWN_LEGACY_ID));
    expect(profile.addons.map(({ id }: { id: string }) => id)).toContain(UBLOCK);
    expect(profile).toMatchObject({ os: 'Windows_NT', channel: 'release' });
    const hashed = await taar(['profile', '--sha256', sha256Hex(SHOWN_LEGACY_ID), '--json'], env);
    const piped = await taar(['profile', '-', '--json'], env, `${SHOWN_LEGACY_ID}\n`);
    expect([hashed.out, piped.out]).toEqual([plain.out, plain.out]);
    const { gleanId } = new Population(SEED, readSampleAddons()).browser(0);
    const other = await taar(['profile', gleanId, '--json'], env);
    expect(JSON.parse(other.out)).toMatchObject({ profile, alias: { canonical: clientKey } });
    const unknown = await taar(['profile', '5d2c8f3a-6b1e-4c7d-9a2f-0e1d2c3b4a59', '--json'], env);
    expect(JSON.parse(unknown.out)).toMatchObject({ profile: null });
  });

  it('loads a catalogue, trains, lists and brings an older set back within 5 s', async () => {
    const file = join(folder, 'listings.json');
    await writeFile(
      file,
      JSON.stringify([{ guid: 'new@example.org', name: 'New', isWebExtension: true }, 5]),
    );
    expect((await taar(['catalogue', 'load', file], env)).out).toMatch(
      /^1 listings loaded\n1 rows could not be used/,
    );
    const before = JSON.parse((await taar(['models', 'list', '--json'], env)).out);
    const first = before.sets[0].setVersion;
    const trained = JSON.parse((await taar(['train', '--json'], env)).out);
    expect(trained).toMatchObject({ published: true, refusals: [] });
    expect(trained.setVersion).not.toBe(first);
    const list = await taar(['models', 'list'], env);
    expect(list.out).toContain(`${trained.setVersion}  active since`);
    expect(list.out).toContain(`${first}  can be brought back`);
    expect((await taar(['models', 'activate', first, '--reason', 'a test'], env)).code).toBe(0);
    const path = `/taarlite/api/v1/addon_recommendations/${encodeURIComponent(UBLOCK)}/`;
    await expect
      .poll(async () => (await get(path)).headers.get('taar-models'), { timeout: 5000 })
      .toBe(first);
    expect(JSON.parse((await taar(['models', 'show'], env)).out)).toMatchObject({ setVersion: first });
    const unknown = await taar(['models', 'activate', 'no-such-set'], env);
    expect(unknown.code).toBe(1);
    expect(unknown.err).toContain('(set-unknown)');
  });

  it('tells what was set aside, and how far behind each partition is', async () => {
    expect((await taar(['dlq', 'list'], env)).out).toBe('no dead letters\n');
    expect(JSON.parse((await taar(['dlq', 'replay', '--json'], env)).out)).toMatchObject({ replayed: 0 });
    const unknown = await taar(['dlq', 'show', 'addons.client.event.v1.dlq/0/0'], env);
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('(dead-letter-unknown)')]);
    const { body } = await get('/metrics');
    for (const unit of ['records', 'seconds']) {
      expect(body.match(new RegExp(`^taar_consumer_lag_${unit}\\{.*\\} 0$`, 'gm'))).toHaveLength(16);
    }
  });

  it('deletes a client from answers at once, and from the models with the next training', async () => {
    expect(JSON.parse((await hasAddon(SHOWN_LEGACY_ID)).body)).toEqual({ results: true });
    const { code, out } = await taar(['delete', '-'], env, SHOWN_LEGACY_ID);
    expect(code).toBe(0);
    const requestId = out.trim();
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse((await hasAddon(SHOWN_LEGACY_ID)).body)).toEqual({
      results: false,
      error: 'No client found',
    });
    const { profile, closed } = JSON.parse((await taar(['profile', SHOWN_LEGACY_ID], env)).out);
    expect(profile).toBeNull();
    expect(closed).toMatchObject({ reason: 'operator', final: true, requestIds: [requestId] });
    expect((await taar(['train'], env)).code).toBe(0);
    await expect
      .poll(async () => (await get('/metrics')).body, { timeout: 10_000 })
      .toMatch(/^taar_erasures_waiting 0$/m);
    deletionRequest = requestId;
    const receipt = await taar(['receipt', requestId], env);
    expect(receipt.out).toMatch(/^addons: erased by .*carried out\n$/s);
    expect(JSON.parse((await taar(['receipt', '--json', requestId], env)).out)).toMatchObject({
      requestId,
      complete: true,
    });
  });

  it('takes a deletion over HTTP from who has the token, and says what is proven of it', async () => {
    const { legacyId } = new Population(SEED, readSampleAddons()).browser(1);
    const url = `${running.url}/v1/deletions`;
    const body = JSON.stringify({ sha256: sha256Hex(legacyId) });
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${PRIVACY_TOKEN}` };
    const asked = await fetch(url, { method: 'POST', headers, body });
    expect(asked.status).toBe(202);
    const { requestId } = (await asked.json()) as { requestId: string };
    await expect
      .poll(async () => JSON.parse((await taar(['profile', legacyId], env)).out).closed, { timeout: 10_000 })
      .toMatchObject({ reason: 'operator', requestIds: [requestId] });
    const proof = await fetch(`${url}/${requestId}`, { headers });
    expect(await proof.json()).toMatchObject({ requestId, searched: 'all' });
    expect((await fetch(url, { method: 'POST', body })).status).toBe(401);
  });

  it('takes what became of an answer under its token, and tells it again', async () => {
    const tokens = new AnswerTokens(await readFile(join(folder, 'data', 'token.key'), 'utf8'));
    const at = Date.now();
    const token = tokens.sign(newTokenContent(at, new DailyPseudonyms().of(undefined, at)));
    const tell = (named: string): Promise<Response> =>
      fetch(`${running.url}/v2/observations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token: named, observations: [{ item: UBLOCK, kind: 'click' }] }),
      });
    expect((await tell(token)).status).toBe(202);
    expect((await tell(`${token.slice(0, -4)}AAAA`)).status).toBe(422);
    const { code, out } = await taar(['why', token], env);
    expect(code).toBe(0);
    expect(out).toContain('no record of this answer');
    expect(out).toMatch(new RegExp(`^observed .* click ${UBLOCK}$`, 'm'));
  });

  it('ends with 0 in less than 10 s when interrupted', async () => {
    const { code, seconds } = await running.interrupt();
    expect(code).toBe(0);
    expect(seconds).toBeLessThan(10);
    expect(existsSync(join(folder, 'data', 'control.sock'))).toBe(false);
  });
});

describe.sequential('the data of an ended taar up', () => {
  it('holds a receipt of the deletion', async () => {
    const logger = createLogger('text', 'error', process.stderr);
    const log = await openEmbeddedLog({ file: join(folder, 'data', 'log.sqlite'), clock: Date.now, logger });
    try {
      const codec = await RecordCodec.open(log.schemaIds);
      const topic = 'privacy.erasure.completed.v1';
      const [bounds] = await log.bounds(topic);
      const receipts = [];
      for await (const { value } of log.read({ topic, partition: 0, from: 0, to: bounds?.end ?? 0 })) {
        if (value !== null) receipts.push(codec.decodeAs('privacy.ErasureReceipt', value));
      }
      const receipt = receipts.find(({ requestId }) => requestId === deletionRequest);
      expect(receipt?.closedRows.length).toBeGreaterThanOrEqual(2);
      expect(receipt?.erasedVersions.length).toBeGreaterThanOrEqual(4);
      expect(receipt?.activeVersions).toHaveLength(2);
    } finally {
      await log.close();
    }
  });

  it('is read and changed by commands that open it themselves', async () => {
    const { legacyId } = new Population(SEED, readSampleAddons()).browser(2);
    expect(JSON.parse((await taar(['profile', legacyId], env)).out).profile).not.toBeNull();
    expect((await taar(['delete', legacyId], env)).code).toBe(0);
    expect(JSON.parse((await taar(['profile', legacyId], env)).out).profile).toBeNull();
    expect((await taar(['train', 'coinstall'], env)).out).toMatch(/^trained on \d+ clients/);
    expect((await taar(['models', 'list'], env)).out).toContain('(trainer: asked for)');
  });

  it('is refused to a process with another pepper', async () => {
    const { code, err } = await taar(['models', 'list'], {
      ...env,
      CLIENT_KEY_PEPPER: 'quite another pepper',
    });
    expect(code).toBe(1);
    expect(err).toContain('(pepper-mismatch)');
    expect(err).not.toContain('quite another');
  });

  it('is served again by the next start, which samples nothing', async () => {
    running = await RunningTaar.sampled(CLIENTS, env);
    expect(running.out).not.toContain('pings accepted');
    expect(running.curlLines).toHaveLength(3);
    const [recommended = ''] = await Promise.all(running.curlLines.map(runCurlLine));
    expect(JSON.parse(recommended).results).toHaveLength(4);
    expect((await running.interrupt()).code).toBe(0);
  });
});

describe('taar up', () => {
  it('says which port is taken, and what to do', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = other.address() as { port: number };
      const { code, err } = await taar(['up'], { DATA_DIR: join(folder, 'other'), PORT: String(port) });
      expect(code).toBe(1);
      expect(err).toContain(`port ${port} on 127.0.0.1 is taken`);
      expect(err).toContain(`PORT=${port + 1}`);
    } finally {
      other.close();
    }
  });

  it('says when it cannot keep data where it should', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    const { code, err } = await taar(['up'], { DATA_DIR: join(file, 'data'), PORT: '0' });
    expect(code).toBe(1);
    expect(err).toContain('(data-dir-unusable)');
  });

  const hostNode = '/usr/bin/node';
  it.skipIf(!existsSync(hostNode))('starts under whatever Node the machine has', async () => {
    const { stdout } = await promisify(execFile)(hostNode, [TAAR, '--help']);
    expect(stdout).toContain('Usage: taar');
  });
});
