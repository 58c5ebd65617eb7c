import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import { Pool } from 'undici';
import { uniformsOf } from '../src/domain/random.ts';

const [port, connections] = process.argv.slice(2).map(Number);
const pool = new Pool(`http://127.0.0.1:${port}`, { connections: connections ?? 1, pipelining: 1 });

const HEADERS = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0',
  accept: '*/*',
  'accept-language': 'en-US,en;q=0.9',
  'accept-encoding': 'gzip, deflate, br, zstd',
  'x-telemetry-agent': 'Glean/67.3.2 (Rust on Linux)',
  'content-type': 'application/json; charset=utf-8',
  'content-encoding': 'gzip',
  date: 'Sun, 22 Nov 2026 22:47:19 GMT',
};
const NAMES = ['uBlock Origin', 'Dark Reader', 'Form Autofill', 'Picture-In-Picture', 'Bitwarden', 'New Tab'];

/** One add-on as Glean says it, with all the fields that a real ping has. */
function addon(number: number): object {
  return {
    id: `addon-${number}@example.org`,
    blocklisted: false,
    description: 'Finally, an efficient add-on. Easy on CPU and memory.',
    name: `${NAMES[number % NAMES.length]} ${number}`,
    userDisabled: number % 17 === 0,
    appDisabled: false,
    version: `1.${number % 60}.0`,
    scope: number % 3 === 0 ? 4 : 1,
    addonType: 'extension',
    foreignInstall: false,
    hasBinaryComponents: false,
    installDay: 18_000 + (number % 2_000),
    updateDay: 20_000 + (number % 600),
    signedState: 2,
    isSystem: number % 3 === 0,
    isWebExtension: true,
    multiprocessCompatible: true,
    quarantineIgnoredByApp: false,
    quarantineIgnoredByUser: false,
  };
}

/** The body of a Glean `addons` ping of six to eight add-ons, gzipped as Firefox does. */
function addonsPing(number: number): Buffer {
  const uniform = uniformsOf(1, 'bench-intake', number);
  const addons = Array.from({ length: 6 + (number % 3) }, (_, i) => addon(Math.floor(uniform(i) * 2_000)));
  return gzipSync(
    JSON.stringify({
      ping_info: {
        seq: number % 100,
        start_time: '2026-11-22T22:47:19.195+00:00',
        end_time: '2026-11-22T22:47:19.360+00:00',
        reason: 'startup',
      },
      client_info: {
        telemetry_sdk_build: '67.3.2',
        first_run_date: '2026-11-22+00:00',
        build_date: '1970-01-01T00:00:00+00:00',
        client_id: randomUUID(),
        os: 'Linux',
        os_version: '6.18',
        app_display_version: '153.7.0',
        architecture: 'x86_64',
        locale: 'en-US',
        app_build: '20261103151912',
        app_channel: 'release',
      },
      metrics: { object: { 'addons.active_addons': addons, 'addons.theme': {} } },
    }),
  );
}

/** Sends one after the other until none is left. */
async function sendAll(bodies: readonly Buffer[], next: () => number): Promise<void> {
  for (let at = next(); at < bodies.length; at = next()) {
    const path = `/submit/firefox-desktop/addons/1/${randomUUID()}`;
    const answer = await pool.request({ method: 'POST', path, headers: HEADERS, body: bodies[at] ?? null });
    await answer.body.dump();
    if (answer.statusCode !== 200) throw new Error(`a ping was answered ${answer.statusCode}`);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const bodies = Array.from({ length: Number(line) }, (_, number) => addonsPing(number));
  let sent = 0;
  await Promise.all(Array.from({ length: connections ?? 1 }, () => sendAll(bodies, () => sent++)));
  const bytes = bodies.reduce((sum, body) => sum + body.length, 0) / bodies.length;
  process.stdout.write(`${Math.round(bytes)}\n`);
}
