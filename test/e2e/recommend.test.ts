import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/domain/client-key.ts';
import { freePorts } from '../infra/ports.ts';
import { RunningRole } from './running-role.ts';
import { type Finished, taar } from './running-taar.ts';

const API_TOKEN = 'token-of-the-callers';
const AUTHORIZED = { authorization: `Bearer ${API_TOKEN}` };
const TEST_ID = '0000000000';
const NOBODY = sha256Hex('nobody that the kit knows');
/** Enough of a value to find it wherever it was written, whatever was cut off. */
const TELLING_CHARACTERS = 20;

interface V2Answer {
  readonly items: readonly {
    readonly id: string;
    readonly score: number;
    readonly probability: number | null;
    readonly sources: Readonly<Record<string, number>>;
    readonly reasons: readonly { readonly kind: string; readonly installed?: readonly string[] }[];
  }[];
  readonly path: string;
  readonly setVersion: string;
  readonly token: string;
}

let folder = '';
let kit = '';
let env: Record<string, string> = {};
let running: RunningRole;
let firstSet = '';
/** The clients of the kit, with the GUIDs of their add-ons. */
const clients = new Map<string, readonly string[]>();
const tokens: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taar-recommend-'));
  kit = join(folder, 'kit');
  const port = await freePorts(1);
  env = {
    DATA_DIR: join(folder, 'data'),
    PORT: String(port),
    TAAR_MAX_RESULTS: '10',
    TAARLITE_MAX_RESULTS: '4',
    LOG_LEVEL: 'debug',
    API_TOKEN,
  };
  running = new RunningRole('up', port, env);
  await running.ready();
  await done('conformance', '--write', kit);
  await done('models', 'import', kit);
  await done('profiles', 'import', join(kit, 'profiles.jsonl'));
  firstSet = await activeSet();
  for (const line of (await readFile(join(kit, 'profiles.jsonl'), 'utf8')).trim().split('\n')) {
    const { client_id, active_addons } = JSON.parse(line);
    if (!Array.isArray(active_addons)) continue;
    clients.set(
      client_id,
      active_addons.map(({ addon_id }) => addon_id),
    );
  }
}, 60_000);

afterAll(async () => {
  await running.kill();
  await rm(folder, { recursive: true });
});

/** Runs a command that has to work. */
async function done(...args: string[]): Promise<Finished> {
  const finished = await taar(args, env);
  expect([finished.code, finished.code === 0 ? '' : finished.err]).toEqual([0, '']);
  return finished;
}

async function activeSet(): Promise<string> {
  return JSON.parse((await done('models', 'show', '--json')).out).setVersion;
}

async function legacy(client: string): Promise<{ status: number; body: string; path: string | null }> {
  const answer = await fetch(`${running.url}/v1/api/recommendations/${client}/`, { headers: AUTHORIZED });
  return { status: answer.status, body: await answer.text(), path: answer.headers.get('taar-path') };
}

function post(path: string, body: unknown): Promise<Response> {
  return fetch(`${running.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...AUTHORIZED },
    body: JSON.stringify(body),
  });
}

async function v2(client: string, more: object = {}): Promise<V2Answer> {
  const answer = await post('/v2/recommendations', { placement: 'addons.discovery', client, ...more });
  expect(answer.status).toBe(200);
  const said = (await answer.json()) as V2Answer;
  tokens.push(said.token);
  return said;
}

describe.sequential('a taar up that was given the models and profiles of a TAAR', () => {
  it('answers every request of the kit as the original did', async () => {
    const report = JSON.parse((await done('conformance', '--url', running.url, '--token', '--json')).out);
    expect(report.different).toEqual([]);
    expect(report.same + report.mended.length).toBe(149);
    // By rule: a malformed body is the caller's fault. Nothing else is excused.
    expect(report.mended).toHaveLength(11);
    expect(report.drawn).toBeGreaterThan(40);
  });

  it('recommends to each client what it does not have, and says that it is personal', async () => {
    for (const [client, installed] of clients) {
      const { status, body, path } = await legacy(client);
      expect([status, path]).toEqual([200, 'personal']);
      const { results } = JSON.parse(body) as { results: string[] };
      expect(results.length).toBeGreaterThan(0);
      expect(results.filter((guid) => installed.includes(guid))).toEqual([]);
    }
  });

  it('tells reasons that name installed add-ons, and under its token how the answer came about', async () => {
    const [[client, installed] = ['', []]] = [...clients].filter((entry) => entry[1].length > 3);
    const answer = await v2(client, { maxResults: 5 });
    expect(answer).toMatchObject({ path: 'personal', setVersion: firstSet });
    expect(answer.items).toHaveLength(5);
    for (const { score, probability, sources } of answer.items) {
      expect(probability).toBeGreaterThan(0);
      const parts = Object.values(sources).reduce((sum, part) => sum + part, 0);
      expect(score).toBeCloseTo(parts, 9);
    }
    const because = answer.items.flatMap(({ reasons }) =>
      reasons.flatMap((reason) => reason.installed ?? []),
    );
    expect(because.length).toBeGreaterThan(0);
    expect(because.filter((guid) => !installed.includes(guid))).toEqual([]);

    const observations = answer.items.slice(0, 2).map(({ id }) => ({ item: id, kind: 'impression' }));
    expect((await post('/v2/observations', { token: answer.token, observations })).status).toBe(202);
    const told = (await done('why', answer.token)).out;
    expect(told).toContain(`set      ${firstSet}`);
    for (const { id } of answer.items) expect(told).toContain(id);
    for (const source of ['collaborative', 'similarity', 'locale'])
      expect(told).toContain(`source   ${source}:`);
    expect(told).toMatch(/^ {2}refused {2}already-installed \d+$/m);
    for (const { item } of observations) expect(told).toContain(`impression ${item}`);
  });

  it('lets nobody in without the token, and repeats an answer for who has it and the seed', async () => {
    const [client = ''] = clients.keys();
    const url = `${running.url}/v1/api/recommendations/${client}/`;
    expect((await fetch(url)).status).toBe(401);
    const again = { seed: 7, debug: true };
    const [one, two] = [await v2(client, again), await v2(client, again)];
    expect(one.items).toEqual(two.items);
    expect(one.token).not.toBe(two.token);
    expect(one).toHaveProperty('trace.outcome', 'answered');
  });

  it('compares itself with a service that is closed to it, and names no client', async () => {
    const file = join(folder, 'clients.txt');
    await writeFile(file, [...clients.keys()].join('\n'));
    const compare = ['compare', '--url', running.url, '--token', '--against', running.url];
    const { code, out, err } = await taar([...compare, '--clients', file, '--json'], env);
    expect([code, err]).toEqual([1, expect.stringContaining('nothing-compared')]);
    expect(JSON.parse(out).failures).toEqual({ ours: {}, theirs: { 'status 401': clients.size } });
    for (const client of clients.keys()) expect(`${out}${err}`).not.toContain(client);
  });

  it('has nothing for whom it does not know on the old route, and a labelled list on the new one', async () => {
    for (const client of [NOBODY, 'no-id-at-all']) {
      expect(await legacy(client)).toEqual({ status: 200, body: '{"results": []}', path: 'empty:no-client' });
    }
    const locale = await v2(NOBODY, { locale: 'en-GB' });
    expect(locale.path).toBe('fallback:no-client');
    expect(locale.items[0]?.reasons).toEqual([{ kind: 'popularIn', locale: 'en-GB' }]);
    const overall = await v2(NOBODY);
    expect(overall.path).toBe('fallback:no-client');
    expect(overall.items[0]?.reasons).toEqual([{ kind: 'popular' }]);
  });

  it('answers test clients from the allow-list', async () => {
    const allowed: unknown[] = JSON.parse(await readFile(join(kit, 'only_guids_top_200.json'), 'utf8'));
    const { body, path } = await legacy(TEST_ID);
    expect(path).toBe('test');
    const answer = await v2(TEST_ID);
    expect(answer.path).toBe('test');
    for (const guid of [...JSON.parse(body).results, ...answer.items.map(({ id }) => id)]) {
      expect(allowed).toContain(guid);
    }
    for (const { reasons } of answer.items) expect(reasons).toEqual([{ kind: 'test' }]);
  });

  it('gives the models out again as they came', async () => {
    const out = join(folder, 'out');
    await done('models', 'export', out);
    // Who a donor was is not kept; TAAR does not read it.
    const withoutDonorIds = (text: string): unknown =>
      JSON.parse(text, (name, value) => (name === 'client_id' ? undefined : value));
    const names = (await readdir(out)).sort();
    expect(names).toHaveLength(9);
    for (const name of names) {
      const [given, kept] = [
        await readFile(join(out, name), 'utf8'),
        await readFile(join(kit, name), 'utf8'),
      ];
      expect(withoutDonorIds(given)).toEqual(withoutDonorIds(kept));
    }
  });

  it('fails no answer while it goes from set to set', async () => {
    await done('models', 'import', kit);
    const sets = [firstSet, await activeSet()];
    expect(sets[0]).not.toBe(sets[1]);
    let isSwapping = true;
    const seen = new Set<string>();
    const asking = [...clients.keys()].slice(0, 4).map(async (client) => {
      while (isSwapping) {
        expect((await legacy(client)).path).toBe('personal');
        const { path, setVersion } = await v2(client);
        expect(path).toBe('personal');
        seen.add(setVersion);
      }
    });
    for (const set of [...sets, ...sets]) await done('models', 'activate', set, '--reason', 'a test');
    isSwapping = false;
    await Promise.all(asking);
    expect([...seen].sort()).toEqual([...sets].sort());
  });

  it('forgets a client for good that is deleted, also when its profile is imported again', async () => {
    const [client = ''] = clients.keys();
    expect((await legacy(client)).path).toBe('personal');
    await done('delete', '--sha256', client);
    const closed = { status: 200, body: '{"results": []}', path: 'empty:no-client' };
    expect(await legacy(client)).toEqual(closed);
    expect((await v2(client)).path).toBe('fallback:no-client');
    await done('profiles', 'import', join(kit, 'profiles.jsonl'));
    expect(await legacy(client)).toEqual(closed);
  });

  it('writes no client and no token into logs, metrics or names of files', async () => {
    const metrics = await (await fetch(`${running.url}/metrics`)).text();
    expect(metrics).toMatch(/^taar_serving_records_written_total [1-9]\d*$/m);
    expect(running.out).toContain('serving a new model set');
    const files = (await readdir(folder, { recursive: true })).filter((name) => !name.startsWith('kit'));
    const logOfView = await readFile(join(folder, 'data', 'views', 'addons', 'LOG'), 'utf8');
    const written = [running.out, running.err, metrics, files.join('\n'), logOfView].join('\n').toLowerCase();
    for (const told of [...clients.keys(), NOBODY, ...tokens, API_TOKEN]) {
      expect(written.includes(told.slice(0, TELLING_CHARACTERS).toLowerCase())).toBe(false);
    }
    expect((await stat(join(folder, 'data', 'token.key'))).mode & 0o077).toBe(0);
  });

  it('works by what doctor says, and ends with 0', async () => {
    expect((await done('doctor')).out).toMatch(/^ok \(/m);
    expect(await running.terminate()).toBe(0);
  });

  it('answers with its models from the first request on after it was started again', async () => {
    running = new RunningRole('up', Number(env.PORT), env);
    await running.answering();
    const client = [...clients.keys()].at(-1) ?? '';
    expect((await legacy(client)).path).toBe('personal');
  });
});
