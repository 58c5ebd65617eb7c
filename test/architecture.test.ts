import { readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

/** What each room may import, beside itself (DESIGN section 3). */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  ops: ['domain'],
  log: ['domain', 'ops'],
  views: ['domain', 'ops', 'log'],
  models: ['domain', 'ops', 'log'],
  producers: ['domain', 'ops', 'log', 'views', 'models'],
  consumers: ['domain', 'ops', 'log', 'views', 'models'],
  trainers: ['domain', 'ops', 'log', 'views', 'models'],
  serving: ['domain', 'ops', 'log', 'views', 'models'],
  cli: ['domain', 'ops', 'log', 'views', 'models', 'producers', 'consumers', 'trainers', 'serving'],
};

/** Libraries that only one folder may know, so that they can be replaced. */
const ONLY_IN: Readonly<Record<string, string>> = {
  kafkajs: 'log/kafka',
  '@kafkajs/confluent-schema-registry': 'log/kafka',
  'rocksdb-native': 'views/rocksdb',
  '@google-cloud/bigtable': 'views/bigtable',
  'node:sqlite': 'log/embedded',
  avsc: 'log',
  'seek-bzip': 'cli/artifacts',
};

interface Import {
  readonly file: string;
  readonly target: string;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sourceFiles(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

function importsOf(path: string): Import[] {
  const text = readFileSync(path, 'utf8');
  const found = text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'|new URL\(\s*'([^']+\.ts)'/g);
  return [...found].map((match) => ({ file: relative(SRC, path), target: match[1] ?? match[2] ?? '' }));
}

const IMPORTS = sourceFiles(SRC).flatMap(importsOf);

describe('the arrows of the house', () => {
  it('are not broken by any import', () => {
    const broken = IMPORTS.filter(({ file, target }) => {
      if (!target.startsWith('.')) return false;
      const room = file.split('/')[0] ?? '';
      const targetPath = relative(SRC, resolve(dirname(join(SRC, file)), target));
      const targetRoom = targetPath.split('/')[0] ?? '';
      if (targetRoom === '..') return !targetPath.endsWith('package.json');
      return targetRoom !== room && !(MAY_IMPORT[room] ?? []).includes(targetRoom);
    });
    expect(broken).toEqual([]);
  });

  it('keep each replaceable library in its folder', () => {
    const broken = IMPORTS.filter(({ file, target }) => {
      const library = Object.keys(ONLY_IN).find((name) => target === name || target.startsWith(`${name}/`));
      return library !== undefined && !file.startsWith(`${ONLY_IN[library]}/`);
    });
    expect(broken).toEqual([]);
  });

  it('let only those who put a process together know an adapter', () => {
    const adapters = /^(log\/(kafka|embedded)|views\/(rocksdb|bigtable))\//;
    const broken = IMPORTS.filter(({ file, target }) => {
      if (!target.startsWith('.')) return false;
      const targetPath = relative(SRC, resolve(dirname(join(SRC, file)), target));
      const adapter = adapters.exec(targetPath)?.[0];
      if (adapter === undefined || file.startsWith(adapter)) return false;
      return !file.startsWith('cli/') && file !== 'producers/library/open-producer.ts';
    });
    expect(broken).toEqual([]);
  });

  it('let the domain import nothing but node and itself', () => {
    const builtins = new Set(builtinModules.map((name) => `node:${name}`));
    const broken = IMPORTS.filter(
      ({ file, target }) => file.startsWith('domain/') && !target.startsWith('.') && !builtins.has(target),
    );
    expect(broken).toEqual([]);
  });
});
