import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkSettings, type SettingReport, settingLines } from '../../src/cli/setting-checks.ts';
import { SETTING_TABLE } from '../../src/ops/setting-table.ts';
import { readSettings } from '../../src/ops/settings.ts';
import { temporaryFolder } from '../views/temporary-folder.ts';

type Env = Readonly<Record<string, string>>;

async function check(env: Env): Promise<(variable: string) => SettingReport | undefined> {
  const reports = await checkSettings(readSettings(env), env);
  return (variable) => reports.find((report) => report.variable === variable);
}

/** An HTTP server on a free port; gives its port. */
async function listening(status: number): Promise<number> {
  const server = createServer((request, response) => {
    response.statusCode = request.headers.authorization === undefined ? status : 200;
    response.end('[]');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('the settings as the doctor shows them', () => {
  it('are all there, each with its origin', async () => {
    const reports = await checkSettings(readSettings({ PORT: '9000' }), { PORT: '9000' });
    expect(reports.map(({ variable }) => variable)).toEqual(
      Object.values(SETTING_TABLE).map(({ variable }) => variable),
    );
    const find = await check({ PORT: '9000', HOST: '' });
    expect(find('PORT')).toEqual({ variable: 'PORT', value: '9000', origin: 'environment', works: null });
    expect(find('HOST')).toMatchObject({ value: '`127.0.0.1`', origin: 'default' });
    expect(find('KAFKA_BROKERS')).toMatchObject({ origin: 'default', works: null });
  });

  it('name what is wrong with the rules for params', async () => {
    const file = join(await temporaryFolder(), 'params.json');
    await writeFile(file, '{"killSwitches": {"addons.results": 6}}');
    expect((await check({ PARAMS_FILE: file }))('PARAMS_FILE')).toMatchObject({ works: true });
    await writeFile(file, '{"killSwitches": {"addons.results": 99}}');
    expect((await check({ PARAMS_FILE: file }))('PARAMS_FILE')).toMatchObject({
      works: false,
      problem: expect.stringContaining('goes from 0 to 50'),
    });
  });

  it('show no secret, nor the password in an address', async () => {
    const closed = await closedPort();
    const env = {
      CLIENT_KEY_PEPPER: 'pepper-that-is-secret',
      API_TOKEN: 'token-that-is-secret',
      KAFKA_BROKERS: `127.0.0.1:${closed}`,
      SCHEMA_REGISTRY_URL: `http://me:word-that-is-secret@127.0.0.1:${closed}`,
    };
    const reports = await checkSettings(readSettings(env), env);
    const text = settingLines(reports) + JSON.stringify(reports);
    expect(text).toContain('set, not shown (environment)');
    expect(text).toContain(`http://127.0.0.1:${closed}`);
    expect(text).not.toContain('that-is-secret');
  });

  it('say whether files and folders are there', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'cities.mmdb');
    await writeFile(file, '');
    const good = await check({ DATA_DIR: folder, GEOIP_CITY_DATABASE: file });
    expect([good('DATA_DIR')?.works, good('GEOIP_CITY_DATABASE')?.works]).toEqual([true, true]);
    const bad = await check({ DATA_DIR: file, GEOIP_CITY_DATABASE: join(folder, 'none') });
    expect(bad('DATA_DIR')).toMatchObject({ works: false, problem: 'it is no folder' });
    expect(bad('GEOIP_CITY_DATABASE')).toMatchObject({ works: false, problem: 'cannot be read (ENOENT)' });
    expect((await check({ DATA_DIR: join(folder, 'new') }))('DATA_DIR')?.works).toBe(true);
  });

  it('say which addresses answer', async () => {
    const [open, closed] = [await listening(200), await closedPort()];
    const find = await check({
      KAFKA_BROKERS: `127.0.0.1:${open},127.0.0.1:${closed}`,
      SCHEMA_REGISTRY_URL: `http://127.0.0.1:${open}/`,
      BIGTABLE_EMULATOR_HOST: `127.0.0.1:${open}`,
    });
    expect(find('KAFKA_BROKERS')).toMatchObject({
      works: false,
      problem: `127.0.0.1:${closed} cannot be reached (ECONNREFUSED)`,
    });
    expect(find('SCHEMA_REGISTRY_URL')?.works).toBe(true);
    expect(find('BIGTABLE_EMULATOR_HOST')?.works).toBe(true);
  });

  it('show a registry the credentials that it is used with', async () => {
    const port = await listening(401);
    const env = { KAFKA_BROKERS: `127.0.0.1:${port}`, SCHEMA_REGISTRY_URL: `http://127.0.0.1:${port}` };
    expect((await check(env))('SCHEMA_REGISTRY_URL')).toMatchObject({ works: false, problem: 'answers 401' });
    const known = { ...env, SCHEMA_REGISTRY_USERNAME: 'me', SCHEMA_REGISTRY_PASSWORD: 'word' };
    expect((await check(known))('SCHEMA_REGISTRY_URL')?.works).toBe(true);
  });
});

it('prints a line a setting, with what is wrong', () => {
  expect(
    settingLines([
      { variable: 'PORT', value: '`8000`', origin: 'default', works: null },
      { variable: 'DATA_DIR', value: '/x', origin: 'environment', works: true },
      {
        variable: 'KAFKA_TLS_CA',
        value: '/y',
        origin: 'environment',
        works: false,
        problem: 'it is no file',
      },
    ]),
  ).toBe(`settings here:
  PORT          \`8000\` (default)
  DATA_DIR      /x (environment): works
  KAFKA_TLS_CA  /y (environment): does not work: it is no file
`);
});
