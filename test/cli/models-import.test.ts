import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ARTIFACTS } from '../../src/cli/artifacts/artifact-names.ts';
import { unpackedText } from '../../src/cli/artifacts/unpacked-text.ts';
import type { Manifest } from '../../src/domain/model-records.ts';
import { run } from './captured-io.ts';

/** What a client and an operator must never lose: the order decides ties. */
const COINSTALL = '{"9": {"b@x": 2, "1": 2}, "a@x": {"9": 5}, "1": {"9": 2}}';
const RANKING = '{"9": 10, "a@x": 7, "1": 3}';

let folder = '';
let env: Record<string, string> = {};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taar-import-'));
  env = { DATA_DIR: join(folder, 'data') };
});
afterEach(() => rm(folder, { recursive: true }));

async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const path = join(folder, 'models');
  await mkdir(path, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content);
  return path;
}

async function activeManifests(): Promise<readonly Manifest[]> {
  const { out } = await run(['models', 'show', '--json'], env);
  return (JSON.parse(out) as { manifests: Manifest[] }).manifests;
}

/** Donors are kept without their ids, which TAAR does not read. */
function withoutIds(text: string): unknown {
  return JSON.parse(text, (key, value) => (key === 'client_id' ? undefined : value));
}

describe('taar models import and export', () => {
  it('serve the models of the original as one set, and write them again as they were', async () => {
    const kit = join(folder, 'kit');
    await run(['conformance', '--write', kit]);
    const imported = await run(['models', 'import', kit], env);
    expect(imported.code).toBe(0);
    expect(imported.err).toContain(`similarity: 120 items`);
    expect(imported.out).toMatch(/collaborative +\S+ +[\d.]+ kB, imported, 0 s old/);
    expect(imported.out).toContain("operator: imported from TAAR's artifacts");
    const manifests = await activeManifests();
    expect(manifests).toHaveLength(7);
    const parents = manifests.find(({ model }) => model === 'ensemble')?.parents ?? [];
    expect(parents.map((parent) => parent.split('@')[0]).sort()).toEqual([
      'collaborative',
      'locale',
      'similarity',
    ]);

    const target = join(folder, 'out');
    const exported = await run(['models', 'export', target, '--gzip', '--json'], env);
    expect(exported.code).toBe(0);
    expect(JSON.parse(exported.out).files).toHaveLength(ARTIFACTS.length);
    for (const { key } of ARTIFACTS) {
      const name = key.split('/').at(-1) ?? '';
      const [before, after] = [join(kit, name), join(target, `${name}.gz`)];
      expect(await unpackedText(after)).not.toContain('client_id');
      expect(JSON.parse(await unpackedText(after))).toEqual(withoutIds(await unpackedText(before)));
    }
  });

  it('keep the order of guids that look like whole numbers', async () => {
    const path = await folderOf({
      'guid_coinstallation.json.gz': gzipSync(COINSTALL),
      'guid_install_ranking.json': RANKING,
      'notes.txt': 'no artifact',
    });
    expect((await run(['models', 'import', path], env)).code).toBe(0);
    await run(['models', 'export', join(folder, 'out')], env);
    expect(await readFile(join(folder, 'out', 'guid_coinstallation.json'), 'utf8')).toBe(COINSTALL);
    expect(await readFile(join(folder, 'out', 'guid_install_ranking.json'), 'utf8')).toBe(RANKING);
  });

  it('keep the active models of other kinds, and can write a set that was active before', async () => {
    const path = await folderOf({
      'guid_coinstallation.json': COINSTALL,
      'guid_install_ranking.json': RANKING,
    });
    const first = JSON.parse((await run(['models', 'import', path, '--json'], env)).out);
    const before = await activeManifests();
    await writeFile(join(path, 'ranks.bin'), '{"b@x": 1}');
    env = { ...env, TAARLITE_GUID_RANKING_KEY: 'somewhere/ranks.bin' };
    expect((await run(['models', 'import', join(path, 'ranks.bin')], env)).code).toBe(0);
    const after = await activeManifests();
    expect(after.find(({ model }) => model === 'coinstall')).toEqual(
      before.find(({ model }) => model === 'coinstall'),
    );
    const { setVersion } = first.sets[0];
    await run(['models', 'export', join(folder, 'old'), setVersion], env);
    expect(await readFile(join(folder, 'old', 'guid_install_ranking.json'), 'utf8')).toBe(RANKING);
  });

  it.each([
    [{ 'donors.json': '[]' }, 'artifact-incomplete', 'there is donors but no lr_curves'],
    [{ 'guid_install_ranking.json': '{"a@x": 1,\n "b@x" 2}' }, 'artifact-unreadable', 'line 2, column 8'],
    [
      { 'guid_install_ranking.json': '{"a@x": 1.5}' },
      'artifact-invalid',
      'guid_install_ranking.json: ranking.a@x',
    ],
    [{ 'ranking.json': '{}', 'guid_install_ranking.json': '{}' }, 'artifact-unknown', 'are ranking'],
    [{ 'other.json': '{}' }, 'artifact-unknown', 'no artifact of TAAR is in'],
    [{ 'donors.json.bz2': 'BZh9damaged' }, 'artifact-incomplete', 'lr_curves'],
  ])('publish nothing of %j', async (files, code, message) => {
    const ran = await run(['models', 'import', await folderOf(files)], env);
    expect(ran.code).toBe(1);
    expect(ran.err).toContain(code);
    expect(ran.err).toContain(message);
    expect((await run(['models', 'list'], env)).err).toContain('no-data');
  });

  it('say which file is not there, and which has no name that is known', async () => {
    expect((await run(['models', 'import', join(folder, 'missing.json')], env)).err).toContain(
      'missing.json',
    );
    const path = await folderOf({ 'other.json': '{}' });
    expect((await run(['models', 'import', join(path, 'other.json')], env)).err).toContain(
      'artifact-unknown',
    );
    expect((await run(['models', 'export', folder], env)).err).toContain('no-data');
  });

  it('serve donors that lack fields, and warn of how many they are', async () => {
    const donor = {
      active_addons: ['a@x'],
      geo_city: 'x',
      locale: 'de',
      os: 'l',
      subsession_length: 1,
      bookmark_count: 1,
      tab_open_count: 1,
      total_uri: 1,
      unique_tlds: 1,
    };
    const { total_uri: _, ...uncounted } = donor;
    const donors = [donor, { ...donor, geo_city: null }, { ...donor, os: null, total_uri: null }, uncounted];
    const files = { 'donors.json': JSON.stringify(donors), 'lr_curves.json': '[[0, [2, 1]]]' };
    const path = await folderOf(files);
    const { code, err } = await run(['models', 'import', path], env);
    expect(code).toBe(0);
    expect(err).toContain(
      'warning: 3 of 4 donors lack a field (geo_city 1, os 1, total_uri 2); ' +
        '2 lack a number, and count as near to everybody, as in TAAR',
    );
    await writeFile(join(path, 'donors.json'), JSON.stringify([donor]));
    expect((await run(['models', 'import', path], env)).err).not.toContain('warning');
  });
});
