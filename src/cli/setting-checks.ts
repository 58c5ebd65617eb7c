import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { messageOf } from '../domain/errors.ts';
import { SETTING_TABLE, type Setting, type SettingName } from '../ops/setting-table.ts';
import { type Settings, standardOf } from '../ops/settings.ts';
import { readAddonParams } from './assembly/addon-params.ts';

/** A place that does not answer must not hold up the doctor. */
const PROBE_TIMEOUT_MS = 2_000;
const SHOWN_CHARACTERS = 100;

/** One setting as it holds here. */
export interface SettingReport {
  readonly variable: string;
  /** As text; never that of a secret. */
  readonly value: string;
  readonly origin: 'environment' | 'default';
  /** Whether what it points to is there and answers; null where it points to nothing. */
  readonly works: boolean | null;
  /** What is wrong, where it does not work. */
  readonly problem?: string;
}

/** Says what is wrong with what a setting points to; undefined: nothing. */
type Probe = (settings: Settings) => Promise<string | undefined>;

const PROBES: Readonly<Partial<Record<SettingName, Probe>>> = {
  dataDir: ({ dataDir }) => folderProblem(dataDir),
  geoipCityDatabase: ({ geoipCityDatabase }) => fileProblem(geoipCityDatabase),
  paramsFile: async ({ paramsFile }) => paramsProblem(paramsFile),
  kafkaTlsCa: ({ kafkaTlsCa }) => fileProblem(kafkaTlsCa),
  kafkaTlsCert: ({ kafkaTlsCert }) => fileProblem(kafkaTlsCert),
  kafkaTlsKey: ({ kafkaTlsKey }) => fileProblem(kafkaTlsKey),
  kafkaBrokers: ({ kafkaBrokers }) => addressesProblem(kafkaBrokers ?? []),
  schemaRegistryUrl: registryProblem,
  bigtableEmulatorHost: ({ bigtableEmulatorHost: host }) =>
    addressesProblem(host === undefined ? [] : [host]),
};

/** Every setting with its origin, and whether what it points to works. `settings` are those that `env` holds. */
export async function checkSettings(
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly SettingReport[]> {
  const entries = Object.entries(SETTING_TABLE) as [SettingName, Setting<unknown>][];
  return Promise.all(
    entries.map(async ([name, setting]) => {
      const text = env[setting.variable];
      const isSet = text !== undefined && text !== '';
      const shown = {
        variable: setting.variable,
        value: isSet ? shownOf(setting, text) : standardOf(setting),
        origin: isSet ? ('environment' as const) : ('default' as const),
      };
      const probe = PROBES[name];
      if (probe === undefined || settings[name] === undefined) return { ...shown, works: null };
      const problem = await probe(settings);
      return problem === undefined ? { ...shown, works: true } : { ...shown, works: false, problem };
    }),
  );
}

/** The settings as text, a line each. */
export function settingLines(reports: readonly SettingReport[]): string {
  const width = Math.max(...reports.map(({ variable }) => variable.length));
  const lines = reports.map(({ variable, value, origin, works, problem }) => {
    const state = works === null ? '' : works ? ': works' : `: does not work: ${problem}`;
    return `  ${variable.padEnd(width)}  ${value} (${origin})${state}`;
  });
  return ['settings here:', ...lines, ''].join('\n');
}

/** An address may hold a name and a password, as `http://name:password@host`. */
function shownOf({ secret }: Setting<unknown>, text: string): string {
  if (secret === true) return 'set, not shown';
  return text.replace(/\/\/[^/@\s]*@/, '//').slice(0, SHOWN_CHARACTERS);
}

async function fileProblem(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    await access(file, constants.R_OK);
    return (await stat(file)).isFile() ? undefined : 'it is no file';
  } catch (error) {
    return `cannot be read (${codeOf(error)})`;
  }
}

/** A folder that is missing is made at the first start. */
async function folderProblem(folder: string): Promise<string | undefined> {
  try {
    await access(folder, constants.R_OK | constants.W_OK);
    return (await stat(folder)).isDirectory() ? undefined : 'it is no folder';
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? undefined : `cannot be written (${codeOf(error)})`;
  }
}

async function addressesProblem(addresses: readonly string[]): Promise<string | undefined> {
  const outcomes = await Promise.all(addresses.map(addressProblem));
  const problems = outcomes.filter((outcome) => outcome !== undefined);
  return problems.length === 0 ? undefined : problems.join('; ');
}

function addressProblem(address: string): Promise<string | undefined> {
  const colon = address.lastIndexOf(':');
  const [host, port] = [address.slice(0, colon), Number(address.slice(colon + 1))];
  return new Promise((resolve) => {
    const end = (problem: string | undefined): void => {
      socket.destroy();
      resolve(problem === undefined ? undefined : `${address} ${problem}`);
    };
    const socket = connect({ host, port, timeout: PROBE_TIMEOUT_MS });
    socket.once('connect', () => end(undefined));
    socket.once('timeout', () => end(`does not answer in ${PROBE_TIMEOUT_MS} ms`));
    socket.once('error', (error) => end(`cannot be reached (${codeOf(error)})`));
  });
}

async function registryProblem(settings: Settings): Promise<string | undefined> {
  if (settings.schemaRegistryUrl === undefined) return undefined;
  try {
    const url = new URL(`${settings.schemaRegistryUrl.replace(/\/$/, '')}/subjects`);
    const name = settings.schemaRegistryUsername ?? decodeURIComponent(url.username);
    const password = settings.schemaRegistryPassword ?? decodeURIComponent(url.password);
    // What fetch does not take in an address.
    [url.username, url.password] = ['', ''];
    const headers = new Headers();
    if (name !== '') {
      headers.set('authorization', `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`);
    }
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    await answer.body?.cancel();
    return answer.ok ? undefined : `answers ${answer.status}`;
  } catch (error) {
    // Only the code: a message may repeat the address with the password in it.
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return `cannot be reached (${codeOf(cause)})`;
  }
}

function codeOf(error: unknown): string {
  if (error instanceof DOMException) return error.name;
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : messageOf(error);
}

function paramsProblem(file: string | undefined): string | undefined {
  try {
    readAddonParams(file);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
