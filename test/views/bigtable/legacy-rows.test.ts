import { inflateSync } from 'node:zlib';
import { beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { legacyPayload } from '../../../src/domain/legacy-payload.ts';
import type { OpenProfile, Profile } from '../../../src/domain/profile.ts';
import { RecordCodec } from '../../../src/log/record-codec.ts';
import { LegacyProfileRows } from '../../../src/views/bigtable/legacy-rows.ts';
import { openBigtableView } from '../../../src/views/bigtable/open-bigtable-view.ts';
import type { View } from '../../../src/views/view.ts';
import { bigtableEmulatorHost, describeWith } from '../../infra/services.ts';
import { aliasProfile, closedProfile } from '../../serving/profiles.ts';
import { addonRecord, keyOf, NOON } from '../../sim/client-events.ts';
import { readByTaar, TableRows } from './table-rows.ts';
import { newTable } from './tables.ts';

const KEY = keyOf('somebody');
/** Rows of TAAR's family live 90 days. */
const TODAY = Date.now();

const fact = (value: string) => ({ value, at: NOON });
const PROFILE: OpenProfile = {
  kind: 'open',
  addons: {
    day: 20_500,
    documents: [],
    addons: [
      { ...addonRecord('a@x'), seenAt: NOON },
      { ...addonRecord('disabled@x', { userDisabled: true }), seenAt: NOON },
      { ...addonRecord('system@mozilla.org', { isSystem: true }), seenAt: NOON },
      { ...addonRecord('ü@x', { isSystem: null }), seenAt: NOON },
    ],
  },
  counters: {
    day: 20_500,
    pings: [{ documentId: '1', subsessionSeconds: 600, bookmarks: 3, tabOpens: 5, uris: 70, domains: 4 }],
  },
  facts: {
    day: 20_500,
    documents: [],
    locale: fact('de'),
    os: fact('Windows_NT'),
    city: fact('Köln'),
    country: fact('DE'),
    channel: fact('release'),
  },
  aliases: [],
  fence: null,
  lastSeen: NOON,
  changedAt: NOON,
};

async function newCodec(): Promise<RecordCodec> {
  let ids = 0;
  return RecordCodec.open({ idOf: async () => ++ids, schemaOf: async () => undefined });
}

describeWith('bigtable', 'the rows that TAAR’s readers find', () => {
  let codec: RecordCodec;
  let view: View;
  let rows: TableRows;
  let next = 0;

  beforeAll(async () => {
    codec = await newCodec();
  });

  beforeEach(async () => {
    const place = await newTable(bigtableEmulatorHost());
    const legacyRows = new LegacyProfileRows(codec);
    view = await openBigtableView({ place, role: 'writer', logId: 'a log', name: 'profiles', legacyRows });
    rows = await TableRows.open(place);
    next = 0;
    onTestFinished(async () => {
      await view.close();
      await rows.close();
    });
  });

  async function show(profile: Profile | null, key: string = KEY): Promise<void> {
    next += 1;
    const value = profile === null ? null : codec.encode('addons.Profile', profile);
    await view.apply(0, [{ key, value, changedAt: TODAY + next }], next);
  }

  it('are read by them as the spec says, with the names that they do not know missing', async () => {
    await show(PROFILE);
    expect(readByTaar(await rows.row(KEY), KEY)).toEqual({
      client_id: KEY,
      geo_city: '',
      subsession_length: 600,
      locale: 'de',
      os: 'Windows_NT',
      installed_addons: ['a@x', 'disabled@x', 'ü@x'],
      disabled_addons_ids: [],
      bookmark_count: 0,
      tab_open_count: 0,
      total_uri: 0,
      unique_tlds: 0,
    });
  });

  it('hold the whole payload, compressed, under TAAR’s names', async () => {
    await show(PROFILE);
    const cell = (await rows.row(KEY))?.cells.find(({ family }) => family === 'profile');
    expect(cell?.qualifier).toBe('payload');
    const payload: unknown = JSON.parse(inflateSync(cell?.value ?? new Uint8Array()).toString());
    expect(payload).toEqual(legacyPayload(KEY, PROFILE));
    expect(payload).toMatchObject({ client_id: KEY, geo_city: 'Köln', bookmark_count: 3, total_uri: 70 });
  });

  it('are no profile for a key that nobody has', async () => {
    await show(PROFILE);
    const other = keyOf('nobody');
    expect(readByTaar(await rows.row(other), other)).toBeNull();
  });

  it.each([
    ['a closed row', closedProfile()],
    ['an alias', aliasProfile(keyOf('another'))],
    ['a removed row', null],
  ])('are no profile for %s, and keep nothing of the one before', async (_, profile) => {
    await show(PROFILE);
    await show({ ...PROFILE, lastSeen: NOON + 1 });
    await show(profile);
    const row = await rows.row(KEY);
    expect(readByTaar(row, KEY)).toBeNull();
    expect(row?.cells.map(({ family, qualifier }) => `${family}:${qualifier}`)).toEqual([
      'profile:payload',
      'state:0',
    ]);
    const stored = Buffer.concat((row?.cells ?? []).map(({ value }) => value));
    expect(stored.includes('a@x')).toBe(false);
    const kept = await view.get(0, KEY);
    expect(kept && codec.decodeAs('addons.Profile', kept)).toEqual(profile ?? undefined);
  });

  it('come back with a profile that may come back', async () => {
    await show(PROFILE);
    await show(null);
    await show(PROFILE);
    expect(readByTaar(await rows.row(KEY), KEY)).toMatchObject({ locale: 'de' });
  });

  it('are no profile where the state cannot be read, which is kept all the same', async () => {
    const value = Buffer.from('no state at all');
    await view.apply(0, [{ key: KEY, value, changedAt: TODAY }], 1);
    expect(readByTaar(await rows.row(KEY), KEY)).toBeNull();
    expect(Buffer.from((await view.get(0, KEY)) ?? []).toString()).toBe('no state at all');
  });
});
