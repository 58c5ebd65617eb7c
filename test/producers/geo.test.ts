import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGeo, placeOf } from '../../src/producers/geo.ts';
import { mmdb } from './mmdb.ts';

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'geo-'));
  file = join(folder, 'city.mmdb');
  const places = {
    '81.2.69.142': { city: { names: { en: 'London' } }, country: { iso_code: 'GB' } },
    '89.160.20.112': { country: { iso_code: 'SE' } },
    '2.125.160.216': { city: { names: { en: 'Boxford' } } },
    '67.43.156.0': { city: { names: { de: 'Irgendwo' } }, country: { iso_code: 'BT' } },
  };
  await writeFile(file, mmdb(places));
});

afterAll(() => rm(folder, { recursive: true }));

describe('a city database', () => {
  it.each([
    ['81.2.69.142', { city: 'London', country: 'GB' }],
    ['::ffff:81.2.69.142', { city: 'London', country: 'GB' }],
    ['89.160.20.112', { city: '??', country: 'SE' }],
    ['67.43.156.0', { city: '??', country: 'BT' }],
    ['2.125.160.216', { city: null, country: null }],
    ['127.0.0.1', { city: null, country: null }],
    ['::1', { city: null, country: null }],
    ['no address', { city: null, country: null }],
  ])('places %s', async (address, place) => {
    const geo = await openGeo(file);
    expect(geo.lookup(address)).toEqual(place);
  });

  it('is not needed', async () => {
    const geo = await openGeo(undefined);
    expect(geo.lookup('81.2.69.142')).toEqual({ city: null, country: null });
  });

  it('refuses to start when it cannot be read', async () => {
    const broken = join(folder, 'broken.mmdb');
    await writeFile(broken, 'no database');
    const unreadable = expect.objectContaining({ code: 'geo-unreadable' });
    await expect(openGeo(broken)).rejects.toEqual(unreadable);
    await expect(openGeo(join(folder, 'missing.mmdb'))).rejects.toEqual(unreadable);
  });
});

describe('the city rule', () => {
  it('knows no city of an unknown country, and marks an unknown city of a known one', () => {
    expect(placeOf(null, 'London')).toEqual({ city: null, country: null });
    expect(placeOf('??', 'London')).toEqual({ city: null, country: null });
    expect(placeOf('GB', undefined)).toEqual({ city: '??', country: 'GB' });
  });
});
