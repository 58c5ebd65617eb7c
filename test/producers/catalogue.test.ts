import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TaarError } from '../../src/domain/errors.ts';
import type { Listing } from '../../src/domain/listing.ts';
import { parseCatalogue, publishListings, readCatalogue } from '../../src/producers/catalogue.ts';
import { TemporaryLog } from './temporary-log.ts';

const AMO = {
  id: 607454,
  guid: 'uBlock0@raymondhill.net',
  slug: 'ublock-origin',
  default_locale: 'en-US',
  name: { de: 'uBlock', 'en-US': 'uBlock Origin' },
  summary: { 'en-US': 'An efficient blocker.' },
  categories: { firefox: ['privacy-security'], android: ['security-privacy'] },
  weekly_downloads: 120_000,
  ratings: { average: 4.8, count: 1 },
  promoted: { apps: ['firefox'], category: 'recommended' },
  current_version: {
    id: 1,
    compatibility: { firefox: { min: '78.0', max: '*' }, android: { min: '79.0', max: '*' } },
    files: [
      { is_webextension: false, platform: 'all' },
      { is_webextension: true, platform: 'all' },
    ],
  },
  first_create_date: '2015-04-25T07:26:22Z',
};

const LISTING: Listing = {
  guid: 'uBlock0@raymondhill.net',
  name: 'uBlock Origin',
  isWebExtension: true,
  summary: 'An efficient blocker.',
  categories: ['privacy-security'],
  averageRating: 4.8,
  weeklyDownloads: 120_000,
  recommended: true,
  firstCreated: '2015-04-25T07:26:22Z',
  platforms: ['android', 'firefox'],
};

describe('a catalogue', () => {
  it.each([
    ['a dump by guid', JSON.stringify({ [AMO.guid]: AMO })],
    ['an array', JSON.stringify([AMO])],
    ['one record', JSON.stringify(AMO, null, 1)],
    ['JSON lines', `${JSON.stringify(AMO)}\n\n${JSON.stringify(AMO)}\n`],
    ['our own listings', JSON.stringify([LISTING])],
    ['our own listings as lines', `${JSON.stringify(LISTING)}\n${JSON.stringify(LISTING)}`],
  ])('may be %s', (_what, text) => {
    expect(parseCatalogue(text)).toEqual({ listings: [LISTING], malformed: [] });
  });

  it('may be the flat list of an add-on manager', () => {
    const row = { slug: 'ublock-origin', guid: AMO.guid, summary: 'Blocks.', permissions: ['storage'] };
    expect(parseCatalogue(JSON.stringify([row])).listings).toEqual([
      expect.objectContaining({
        guid: AMO.guid,
        name: 'ublock-origin',
        isWebExtension: true,
        summary: 'Blocks.',
        averageRating: null,
        platforms: null,
      }),
    ]);
  });

  it('leaves malformed rows out, says where they are, and keeps the others', () => {
    const lines = [
      JSON.stringify(AMO),
      '{"guid": ',
      '[]',
      '{"name": "no guid"}',
      JSON.stringify({ ...AMO, guid: 'b@c' }),
    ];
    const { listings, malformed } = parseCatalogue(lines.join('\n'));
    expect(listings.map(({ guid }) => guid)).toEqual([AMO.guid, 'b@c']);
    expect(malformed.map(({ where }) => where)).toEqual(['line 2', 'line 3', 'line 4']);
    const dump = parseCatalogue(JSON.stringify({ 'x@y': AMO, 'a@b': 5, [AMO.guid]: AMO }));
    expect(dump.listings).toEqual([LISTING]);
    expect(dump.malformed.map(({ where }) => where)).toEqual(['x@y', 'a@b']);
  });

  it('takes the last of two rows of an add-on', () => {
    const { listings } = parseCatalogue(JSON.stringify([{ ...AMO, weekly_downloads: 1 }, AMO]));
    expect(listings).toEqual([LISTING]);
  });

  it.each([
    ['the first locale without a default', { default_locale: null }, { name: 'uBlock' }],
    [
      'the first text when the default has none',
      { name: { 'en-US': null, fr: 'Bloqueur' } },
      { name: 'Bloqueur' },
    ],
    ['the slug without a name', { name: null }, { name: 'ublock-origin' }],
    ['a rating of 0 where AMO has none', { ratings: { average: null } }, { averageRating: 0 }],
    ['a rating of 0 without ratings', { ratings: undefined }, { averageRating: 0 }],
    ['not a web extension without files', { current_version: { files: [] } }, { isWebExtension: false }],
    [
      'not a web extension for null',
      { current_version: { files: [{ is_webextension: null }] } },
      { isWebExtension: false },
    ],
    ['not recommended', { promoted: null }, { recommended: false }],
    ['featured, as version 3 says it', { promoted: undefined, is_featured: true }, { recommended: true }],
    [
      'the systems of the files, as version 3 says it',
      {
        current_version: {
          files: [{ platform: 'windows' }, { platform: 'android' }, { platform: 'windows' }],
        },
      },
      { platforms: ['android', 'windows'] },
    ],
    [
      'the desktop only, whatever its files say',
      { current_version: { files: [{ platform: 'all' }], compatibility: { firefox: {} } } },
      { platforms: ['firefox'] },
    ],
    [
      'the systems of the desktop that the files name',
      {
        current_version: {
          files: [{ platform: 'mac' }, { platform: 'android' }],
          compatibility: { firefox: {}, android: {} },
        },
      },
      { platforms: ['android', 'mac'] },
    ],
    ['no platforms where nothing tells', { current_version: { files: [{}] } }, { platforms: null }],
    ['no categories', { categories: {} }, { categories: [] }],
  ])('reads %s', (_what, change, found) => {
    expect(parseCatalogue(JSON.stringify([{ ...AMO, ...change }])).listings).toMatchObject([found]);
  });

  it('without any add-on is refused', () => {
    for (const text of ['', '{}', '[]', 'no JSON', '[1]']) {
      expect(() => parseCatalogue(text)).toThrow(expect.objectContaining({ code: 'catalogue-unreadable' }));
    }
  });

  it('is never the cause of another error, whatever it holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          expect(parseCatalogue(text).listings.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(TaarError);
        }
      }),
    );
  });
});

describe('a catalogue file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'catalogue-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('may be plain or gzipped', async () => {
    const text = JSON.stringify([AMO]);
    await writeFile(join(folder, 'plain.json'), text);
    await writeFile(join(folder, 'packed.json.gz'), gzipSync(text));
    expect((await readCatalogue(join(folder, 'plain.json'))).listings).toEqual([LISTING]);
    expect((await readCatalogue(join(folder, 'packed.json.gz'))).listings).toEqual([LISTING]);
  });

  it('that is missing or damaged gives a clear error', async () => {
    await writeFile(join(folder, 'torn.json.gz'), gzipSync(JSON.stringify([AMO])).subarray(0, 40));
    const unreadable = expect.objectContaining({ code: 'catalogue-unreadable' });
    await expect(readCatalogue(join(folder, 'torn.json.gz'))).rejects.toEqual(unreadable);
    await expect(readCatalogue(join(folder, 'missing.json'))).rejects.toEqual(unreadable);
  });
});

describe('publishing listings', () => {
  it('appends each under its guid, in batches', async () => {
    const storage = await TemporaryLog.open();
    try {
      const listings = Array.from({ length: 1_201 }, (_, i) => ({
        ...LISTING,
        guid: `addon-${i}@example.org`,
      }));
      expect(await publishListings(storage, listings)).toBe(1_201);
      const stored = await storage.stored('addons.catalogue.changed.v1');
      expect(stored.map(({ value }) => value)).toEqual(listings);
      expect(stored.every(({ key, value }) => 'guid' in value && value.guid === key)).toBe(true);
    } finally {
      await storage.remove();
    }
  });
});
