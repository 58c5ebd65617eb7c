import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  type BigtableViewSettings,
  openBigtableView,
} from '../../../src/views/bigtable/open-bigtable-view.ts';
import { identityMutation, mutationOf } from '../../../src/views/bigtable/table-layout.ts';
import type { View } from '../../../src/views/view.ts';
import { put, textOf } from '../../conformance/view-entries.ts';
import { Emulator, NO_EMULATOR, newPlace, newTable } from './emulator.ts';
import { TableRows } from './table-rows.ts';

const NAME = 'addons.profile.changed.v1';

describe.skipIf(NO_EMULATOR)('opening a view in Bigtable', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await Emulator.shared();
  });
  afterAll(() => emulator.stop());

  async function open(
    settings: Partial<BigtableViewSettings> & Pick<BigtableViewSettings, 'place'>,
  ): Promise<View> {
    const view = await openBigtableView({ role: 'writer', logId: 'one', name: NAME, ...settings });
    onTestFinished(() => view.close());
    return view;
  }

  it('refuses a table that belongs to another log or topic, and says what to do', async () => {
    const place = await newTable(emulator.host);
    await open({ place });
    for (const other of [{ logId: 'two' }, { name: 'articles.visit.changed.v1' }]) {
      for (const role of ['writer', 'reader'] as const) {
        const opening = open({ place, role, ...other });
        await expect(opening).rejects.toMatchObject({ code: 'view-of-another-log', disposition: 'halt' });
        await expect(opening).rejects.toThrow(/delete the table .*taar topics apply.*rebuilds it/);
      }
    }
    await open({ place });
  });

  it('refuses a view in a form of another version, and a table that is no view', async () => {
    const unknown = { code: 'view-format-unknown', disposition: 'halt' };
    const place = await newTable(emulator.host);
    const rows = await TableRows.open(place);
    onTestFinished(() => rows.close());
    await rows.write([identityMutation(JSON.stringify({ format: 2, log: 'one', topic: NAME }))]);
    await expect(open({ place })).rejects.toMatchObject(unknown);

    const used = await newTable(emulator.host);
    const others = await TableRows.open(used);
    onTestFinished(() => others.close());
    await others.write([mutationOf(0, put('a', '1', 1), undefined, Buffer.alloc(0))]);
    await expect(open({ place: used })).rejects.toMatchObject(unknown);
    await expect(open({ place: used, role: 'reader' })).rejects.toMatchObject(unknown);
  });

  it('takes a table that TAAR has filled', async () => {
    const place = await newTable(emulator.host);
    const rows = await TableRows.open(place);
    onTestFinished(() => rows.close());
    const timestampMicros = Date.now() * 1_000;
    const cell = { familyName: 'profile', columnQualifier: Buffer.from('payload'), timestampMicros };
    await rows.write([
      { rowKey: Buffer.from('a'), mutations: [{ setCell: { ...cell, value: Buffer.from('x') } }] },
    ]);
    const view = await open({ place });
    expect(await view.get(0, 'a')).toBeUndefined();
    expect(await view.position(0)).toBe(0);
  });

  it('lets a reader wait for a writer, and see what that one writes', async () => {
    const place = await newTable(emulator.host);
    const notBegun = { code: 'view-not-begun', disposition: 'retry' };
    await expect(open({ place, role: 'reader' })).rejects.toMatchObject(notBegun);
    const writer = await open({ place });
    const reader = await open({ place, role: 'reader' });
    await writer.apply(3, [put('a', '1', 1)], 7);
    expect(textOf(await reader.get(3, 'a'))).toBe('1');
    await expect.poll(() => reader.position(3)).toBe(7);
  });

  it('says that a table is missing', async () => {
    await expect(open({ place: newPlace(emulator.host) })).rejects.toMatchObject({
      code: 'view-table-missing',
      disposition: 'halt',
    });
  });
});

describe('opening a view where Bigtable cannot be had', () => {
  const place = { projectId: 'a-project', instanceId: 'an-instance', tableId: 'taar_profile' };
  const settings = { place, role: 'writer', logId: 'one', name: NAME, writeDeadlineMs: 2_000 } as const;

  it('may be tried again when there are no credentials yet', async () => {
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', '/nowhere/credentials.json');
    onTestFinished(() => void vi.unstubAllEnvs());
    const unavailable = { code: 'view-unavailable', disposition: 'retry' };
    await expect(openBigtableView(settings)).rejects.toMatchObject(unavailable);
  });

  it('may be tried again when nothing listens', async () => {
    const nobody = { ...place, emulatorHost: '127.0.0.1:1' };
    const unavailable = { code: 'view-unavailable', disposition: 'retry' };
    await expect(openBigtableView({ ...settings, place: nobody })).rejects.toMatchObject(unavailable);
  });

  it('says what to install when the package is not there', async () => {
    vi.doMock('@google-cloud/bigtable/build/src/v2/index.js', () => {
      throw new Error('Cannot find package');
    });
    onTestFinished(() => void vi.doUnmock('@google-cloud/bigtable/build/src/v2/index.js'));
    const opening = openBigtableView(settings);
    await expect(opening).rejects.toMatchObject({ code: 'bigtable-not-installed', disposition: 'halt' });
    await expect(opening).rejects.toThrow(/@google-cloud\/bigtable 6\.5\.1 .*npm ci/);
  });
});

describe('the version of the package', () => {
  it('is told as package.json names it', async () => {
    const { default: manifest } = await import('../../../package.json', { with: { type: 'json' } });
    expect(manifest.optionalDependencies['@google-cloud/bigtable']).toBe('6.5.1');
  });
});
