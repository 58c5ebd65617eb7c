import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readVersion } from '../../src/ops/version.ts';
import { temporaryFolder } from '../views/temporary-folder.ts';
import { composeOf, ROOT, textOf } from './deployment.ts';

/** The instructions, continued lines joined. */
const instructions = textOf('Dockerfile')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

function argumentsOf(name: string): string[] {
  const found = instructions.filter((line) => line.startsWith(`${name} `));
  return found.map((line) => line.slice(name.length + 1).trim());
}

describe('the image', () => {
  it('copies only what is there, and what .dockerignore lets through', () => {
    const ignored = new Set(textOf('.dockerignore').split('\n'));
    const sources = argumentsOf('COPY').flatMap((line) => line.split(/\s+/).slice(0, -1));
    expect(sources.length).toBeGreaterThan(3);
    expect(sources.filter((source) => !existsSync(join(ROOT, source)) || ignored.has(source))).toEqual([]);
  });

  it('holds every folder that the program reads', () => {
    const copied = argumentsOf('COPY').flatMap((line) => line.split(/\s+/).slice(0, -1));
    expect(copied).toEqual(expect.arrayContaining(['bin', 'src', 'schemas', 'scripts', 'package.json']));
  });

  it('runs as user 10001, which owns the data folder', () => {
    expect(argumentsOf('USER')).toEqual(['10001:10001']);
    expect(instructions.some((line) => line.includes('useradd --uid 10001'))).toBe(true);
    expect(instructions.indexOf('USER 10001:10001')).toBeGreaterThan(
      instructions.findIndex((line) => line.includes('chown')),
    );
  });

  it('is healthy while the process answers at all', () => {
    const [check = ''] = argumentsOf('HEALTHCHECK');
    expect(check).toContain('/__lbheartbeat__');
  });

  it('is built with arguments that it knows', () => {
    const known = argumentsOf('ARG').map((line) => line.split('=')[0]);
    const given = Object.values(composeOf('docker-compose.yml').services).flatMap(({ build }) =>
      typeof build === 'object' ? Object.keys(build.args ?? {}) : [],
    );
    expect(given.length).toBeGreaterThan(0);
    expect(given.filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe('version.json', () => {
  async function written(env: NodeJS.ProcessEnv) {
    const folder = await temporaryFolder();
    const file = join(folder, 'version.json');
    execFileSync(process.execPath, [`${ROOT}scripts/write-version.js`, file], { env });
    return { content: JSON.parse(readFileSync(file, 'utf8')), root: pathToFileURL(`${folder}/`) };
  }

  it('says what the build was given, and is what /__version__ answers', async () => {
    const expected = {
      source: 'https://example.org/taar',
      version: '1.2.3',
      commit: 'abc',
      build: 'https://ci/1',
    };
    const { source, version, commit, build } = expected;
    const { content, root } = await written({
      GIT_SOURCE: source,
      VERSION: version,
      GIT_COMMIT: commit,
      BUILD_URL: build,
    });
    expect(content).toEqual(expected);
    expect(await readVersion(root, {})).toEqual(expected);
  });

  it('has the version of package.json where none is given', async () => {
    const { version } = JSON.parse(textOf('package.json'));
    expect((await written({})).content).toEqual({ source: '', version, commit: '', build: '' });
  });
});
