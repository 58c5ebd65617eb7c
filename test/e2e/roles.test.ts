import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Population, SHOWN_LEGACY_ID } from '../../src/cli/sample/population.ts';
import { readSampleAddons } from '../../src/cli/sample/sample-addons.ts';
import { sha256Hex } from '../../src/domain/client-key.ts';
import { freePorts } from '../infra/ports.ts';
import { bigtableEmulatorHost, describeWith, kafkaBrokers, schemaRegistryUrl } from '../infra/services.ts';
import { RunningRole } from './running-role.ts';
import { type Finished, taar } from './running-taar.ts';

const CLIENTS = 300;
const SEED = 42;
const UBLOCK = 'uBlock0@raymondhill.net';
const PRIVACY_TOKEN = 'a-token-of-the-privacy-team';
const OTHER_PEPPER = 'a pepper that nobody has used';

/** The processes of the shape that docker-compose.yml describes. */
const PROCESSES = {
  intake: { role: 'intake', env: { PRIVACY_TOKEN } },
  consumer: { role: 'consume', env: {} },
  otherConsumer: { role: 'consume', env: {} },
  trainer: { role: 'train', env: { TRAIN_GAP_SECONDS: '1' } },
  mirror: { role: 'follow', env: {} },
  server: { role: 'serve', env: {} },
  mirrorServer: { role: 'serve', env: { SERVE_FROM: 'bigtable' } },
} as const;

type ProcessName = keyof typeof PROCESSES;

describeWith(['kafka', 'registry', 'bigtable'], 'the roles on Kafka', () => {
  let folder = '';
  let env: Record<string, string> = {};
  const running = new Map<ProcessName, RunningRole>();

  const process = (name: ProcessName): RunningRole => running.get(name) ?? expect.fail(`${name} is not up`);
  const run = (args: readonly string[], name: ProcessName = 'trainer'): Promise<Finished> =>
    taar(args, { ...env, DATA_DIR: join(folder, name) });
  const hasAddon = async (name: ProcessName, clientId: string): Promise<unknown> => {
    const path = `/v1/api/client_has_addon/${sha256Hex(clientId)}/${encodeURIComponent(UBLOCK)}/`;
    return (await fetch(`${process(name).url}${path}`)).json();
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'taar-roles-'));
    env = {
      KAFKA_BROKERS: kafkaBrokers(),
      SCHEMA_REGISTRY_URL: schemaRegistryUrl(),
      KAFKA_PREFIX: `roles-${randomUUID().slice(0, 8)}.`,
      BIGTABLE_INSTANCE: 'projects/test/instances/test',
      BIGTABLE_TABLE: `roles-${randomUUID().slice(0, 8)}`,
      BIGTABLE_EMULATOR_HOST: bigtableEmulatorHost(),
      SEED: String(SEED),
    };
    const names = Object.keys(PROCESSES) as ProcessName[];
    const port = await freePorts(names.length);
    for (const [i, name] of names.entries()) {
      const { role, env: own } = PROCESSES[name];
      running.set(name, new RunningRole(role, port + i, { ...env, ...own, DATA_DIR: join(folder, name) }));
    }
  });

  afterAll(async () => {
    await Promise.all([...running.values()].map((each) => each.kill()));
    await rm(folder, { recursive: true, force: true });
  });

  it('are alive before anything is there, are not ready, and say what they wait for', async () => {
    for (const each of running.values()) {
      await each.until(({ code, details }) => code === 503 && details.start?.waitingFor === 'topics-missing');
      expect((await fetch(`${each.url}/__lbheartbeat__`)).status).toBe(200);
      expect(each.out).toContain("run 'taar topics apply'");
    }
  });

  it('come up by themselves once topics, schemas and table are made', async () => {
    const plan = await run(['topics', 'plan', '--json']);
    expect(plan.code).toBe(1);
    const apply = JSON.parse((await run(['topics', 'apply', '--json'])).out);
    expect(apply).toEqual(JSON.parse(plan.out));
    expect(await run(['topics', 'plan'])).toMatchObject({ code: 0, out: 'everything is as it should be\n' });
    await Promise.all([...running.values()].map((each) => each.ready()));
    // Seven processes and three commands start at once, on as many cores as there are.
  }, 90_000);

  it('turn pings into profiles, models and answers', async () => {
    const url = process('intake').url;
    const simulated = await run(['simulate', '--clients', `${CLIENTS}`, '--seed', `${SEED}`, '--url', url]);
    expect(simulated.code).toBe(0);
    const listings = readSampleAddons().map(({ guid, name }) => ({ guid, name, isWebExtension: true }));
    const file = join(folder, 'listings.json');
    await writeFile(file, JSON.stringify(listings));
    expect((await run(['catalogue', 'load', file], 'consumer')).code).toBe(0);
    await vi.waitFor(async () => {
      const trained = JSON.parse((await run(['train', '--now', '--json'])).out);
      expect(trained).toMatchObject({ published: true });
      expect(trained.clients).toBeGreaterThan(CLIENTS / 2);
    }, 30_000);
    for (const name of ['server', 'mirrorServer'] as const) {
      await vi.waitFor(async () => {
        const path = `/taarlite/api/v1/addon_recommendations/${encodeURIComponent(UBLOCK)}/`;
        const answer = await fetch(`${process(name).url}${path}`);
        expect(answer.headers.get('taar-path')).toBe('item');
        expect(((await answer.json()) as { results: unknown[] }).results).toHaveLength(4);
        expect(await hasAddon(name, SHOWN_LEGACY_ID)).toEqual({ results: true });
      }, 10_000);
    }
  }, 90_000);

  it('answer with the models that there are from the first answer on, after a new start', async () => {
    const { server } = PROCESSES;
    const old = process('server');
    expect(await old.terminate()).toBe(0);
    const port = Number(new URL(old.url).port);
    const started = new RunningRole(server.role, port, { ...env, DATA_DIR: join(folder, 'server') });
    running.set('server', started);
    const seen = new Set<string | null>();
    await vi.waitFor(
      async () => {
        const path = `/taarlite/api/v1/addon_recommendations/${encodeURIComponent(UBLOCK)}/`;
        const answer = await fetch(`${started.url}${path}`);
        if (answer.status === 200) seen.add(answer.headers.get('taar-path'));
        expect(answer.status).toBe(200);
      },
      { timeout: 30_000, interval: 5 },
    );
    expect([...seen]).toEqual(['item']);
    expect(started.out).not.toContain('no models');
  }, 60_000);

  it('share the partitions of a group, and show how far it is behind', async () => {
    const owned = ['consumer', 'otherConsumer'] as const;
    const joined = owned.map((name) => partitionsOf(process(name).out));
    expect(joined.flat().sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(joined.every((partitions) => partitions.length === 4)).toBe(true);
    const metrics = await (await fetch(`${process('consumer').url}/metrics`)).text();
    expect(metrics.match(/taar_consumer_lag_seconds\{.*addon-client.*\} \d+/g)).toHaveLength(8);
  });

  it('let the command line ask, beside them: profile, models, deletion', async () => {
    const profile = JSON.parse((await run(['profile', SHOWN_LEGACY_ID, '--json'], 'consumer')).out);
    expect(profile.profile.addons.map(({ id }: { id: string }) => id)).toContain(UBLOCK);
    const models = JSON.parse((await run(['models', 'list', '--json'], 'consumer')).out);
    expect(models.sets.length).toBeGreaterThan(0);
    const deletion = JSON.parse((await run(['delete', SHOWN_LEGACY_ID, '--json'], 'consumer')).out);
    expect(deletion).toMatchObject({ carriedOut: true });
    for (const name of ['server', 'mirrorServer'] as const) {
      await vi.waitFor(async () => {
        expect(await hasAddon(name, SHOWN_LEGACY_ID)).toMatchObject({ results: false });
      }, 5_000);
    }
  }, 60_000);

  it('carry out a deletion that was asked for over HTTP, and give a receipt', async () => {
    const { legacyId } = new Population(SEED, readSampleAddons()).browser(1);
    const url = `${process('intake').url}/v1/deletions`;
    const authorization = `Bearer ${PRIVACY_TOKEN}`;
    const asked = await fetch(url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ sha256: sha256Hex(legacyId), reopen: false }),
    });
    expect(asked.status).toBe(202);
    const { requestId } = (await asked.json()) as { requestId: string };
    await vi.waitFor(async () => {
      const answer = await fetch(`${url}/${requestId}`, { headers: { authorization } });
      expect(await answer.json()).toMatchObject({ requestId, complete: true, receipts: [{ requestId }] });
    }, 30_000);
    expect(await hasAddon('server', legacyId)).toMatchObject({ results: false });
    const receipt = await run(['receipt', requestId, '--json'], 'consumer');
    expect(JSON.parse(receipt.out)).toMatchObject({ requestId, complete: true });
  }, 60_000);

  it('refuse another pepper than the log was written with', async () => {
    const { code, err } = await taar(['models', 'list'], {
      ...env,
      CLIENT_KEY_PEPPER: OTHER_PEPPER,
      DATA_DIR: join(folder, 'consumer'),
    });
    expect(code).toBe(1);
    expect(err).toContain('(pepper-mismatch)');
    expect(err).not.toContain(OTHER_PEPPER);
  });

  it('write no client id to their logs', () => {
    const logs = [...running.values()].map(({ out, err }) => `${out}${err}`.toLowerCase()).join('');
    expect(logs).toContain('joined the consumer group');
    const population = new Population(SEED, readSampleAddons());
    for (let index = 0; index < CLIENTS; index++) {
      const { legacyId, gleanId } = population.browser(index);
      for (const id of [legacyId, gleanId]) {
        expect(logs.includes(id) || logs.includes(sha256Hex(id))).toBe(false);
      }
    }
  });

  it('take over models and profiles of a TAAR from the command line', async () => {
    const kit = join(folder, 'kit');
    expect((await run(['conformance', '--write', kit], 'consumer')).code).toBe(0);
    expect((await run(['models', 'import', kit], 'consumer')).code).toBe(0);
    expect((await run(['profiles', 'import', join(kit, 'profiles.jsonl')], 'consumer')).code).toBe(0);
    const rows = (await readFile(join(kit, 'profiles.jsonl'), 'utf8')).trim().split('\n');
    const clients = rows.map((row) => (JSON.parse(row) as { client_id: string }).client_id);
    for (const name of ['server', 'mirrorServer'] as const) {
      await vi.waitFor(async () => {
        const asked = clients.map((id) => fetch(`${process(name).url}/v1/api/recommendations/${id}/`));
        const paths = (await Promise.all(asked)).map(({ headers }) => headers.get('taar-path'));
        expect(paths).toContain('personal');
      }, 20_000);
    }
  }, 90_000);

  it('drain and end with 0 when they are told to, and leave their partitions to the others', async () => {
    expect(await process('otherConsumer').terminate()).toBe(0);
    await vi.waitFor(() => expect(partitionsOf(process('consumer').out)).toHaveLength(8), 10_000);
    const codes = await Promise.all([...running.values()].map((each) => each.terminate()));
    expect(codes).toEqual(codes.map(() => 0));
  }, 60_000);
});

/** The partitions of client events that a consumer was given last. */
function partitionsOf(logs: string): number[] {
  const joined = logs
    .split('\n')
    .filter((line) => line.includes('joined the consumer group') && line.includes('addon-client'))
    .at(-1);
  const { partitions = '' } = joined === undefined ? {} : JSON.parse(joined).Fields;
  return `${partitions}`
    .split(' ')
    .filter((each) => each !== '')
    .map(Number);
}
