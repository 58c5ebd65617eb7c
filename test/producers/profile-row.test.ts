import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/domain/client-key.ts';
import { observationOf, type ProfileRow } from '../../src/producers/profile-row.ts';

const SHA = sha256Hex('somebody');
const SEEN = Date.parse('2026-11-20T00:00:00Z');
const CLIENT_ID = '5d2c8f3a-6b1e-4c7d-9a2f-0e1d2c3b4a59';

function row(fields: ProfileRow['fields'], sha = SHA): ProfileRow {
  return { sha, fields, seenAt: SEEN };
}

/** As the job of TAAR wrote it. */
const ROW = {
  geo_city: 'Zürich',
  subsession_length: 44742,
  locale: 'de',
  os: 'Linux',
  active_addons: [
    {
      addon_id: 'a@x',
      blocklisted: false,
      name: 'A',
      user_disabled: false,
      app_disabled: null,
      version: '1.2',
      scope: 1,
      type: 'extension',
      foreign_install: false,
      has_binary_components: false,
      install_day: 17000,
      update_day: 18000,
      signed_state: 2,
      is_system: false,
      is_web_extension: true,
      multiprocess_compatible: true,
    },
  ],
  bookmark_count: 90.7,
  tab_open_count: 35,
  total_uri: 772,
  unique_tlds: 16,
};

describe('a row of TAAR', () => {
  it('says what its fields say', () => {
    const { ping, place } = observationOf(row(ROW));
    expect(ping).toMatchObject({ client: SHA, createdAt: SEEN, alias: null });
    expect(ping.counters).toEqual({
      subsessionSeconds: 44742,
      bookmarks: 90,
      tabOpens: 35,
      uris: 772,
      domains: 16,
    });
    expect(ping.facts).toEqual({ locale: 'de', os: 'Linux', channel: null });
    expect(place).toEqual({ city: 'Zürich', country: null });
    expect(ping.addons).toEqual([
      {
        id: 'a@x',
        blocklisted: false,
        name: 'A',
        userDisabled: false,
        appDisabled: null,
        version: '1.2',
        scope: 1,
        type: 'extension',
        foreignInstall: false,
        hasBinaryComponents: false,
        installDay: 17000,
        updateDay: 18000,
        signedState: 2,
        isSystem: false,
        isWebExtension: true,
        multiprocessCompatible: true,
      },
    ]);
  });

  it('has the names of the job first, then those that the service read', () => {
    const old = {
      city: 'Bonn',
      places_bookmarks_count: 1,
      scalar_parent_browser_engagement_tab_open_event_count: 2,
      scalar_parent_browser_engagement_total_uri_count: 3,
      scalar_parent_browser_engagement_unique_domains_count: 4,
    };
    const counts = { bookmarks: 1, tabOpens: 2, uris: 3, domains: 4 };
    expect(observationOf(row(old))).toMatchObject({ ping: { counters: counts }, place: { city: 'Bonn' } });
    expect(observationOf(row({ ...old, ...ROW }))).toMatchObject({
      ping: { counters: { bookmarks: 90, tabOpens: 35, uris: 772, domains: 16 } },
      place: { city: 'Zürich' },
    });
  });

  it('is empty or 0 where a field is absent, and unknown where it is null', () => {
    const { ping, place } = observationOf(row({}));
    expect(ping.counters).toEqual({ subsessionSeconds: 0, bookmarks: 0, tabOpens: 0, uris: 0, domains: 0 });
    expect(ping.facts).toMatchObject({ locale: '', os: '' });
    expect(ping.addons).toEqual([]);
    expect(place.city).toBe('');
    const unknown = observationOf(row({ geo_city: null, locale: null, os: null, total_uri: null }));
    expect(unknown.ping.facts).toMatchObject({ locale: null, os: null });
    expect(unknown.ping.counters?.uris).toBeNull();
    expect(unknown.place.city).toBeNull();
  });

  it('makes the same document of the same row, in whatever order its fields come, and another of any other', () => {
    const { documentId } = observationOf(row(ROW)).ping;
    expect(documentId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    const turned = Object.fromEntries(Object.entries(ROW).reverse());
    expect(observationOf(row(turned)).ping.documentId).toBe(documentId);
    expect(observationOf(row({ ...ROW, os: 'Darwin' })).ping.documentId).not.toBe(documentId);
    expect(observationOf(row(ROW, sha256Hex('another'))).ping.documentId).not.toBe(documentId);
  });

  it('may have a system add-on without an id, which TAAR never showed', () => {
    const addons = [{ is_system: true }, { addon_id: 'a@x' }];
    expect(observationOf(row({ active_addons: addons })).ping.addons?.map(({ id }) => id)).toEqual(['a@x']);
  });

  it.each([
    [{ active_addons: null }, 'active_addons must be a list'],
    [{ active_addons: ['a@x'] }, 'an add-on must be an object'],
    [{ active_addons: [{ is_system: false }] }, 'an add-on id must have'],
    [{ total_uri: 'SECRET' }, 'total_uri must be a number'],
    [{ total_uri: -1 }, 'total_uri must be a number'],
    [{ geo_city: 5 }, 'geo_city must be text'],
    [{ locale: 'SECRET'.repeat(20) }, 'locale must be text'],
  ])('is refused where it is %j', (fields, reason) => {
    expect(() => observationOf(row(fields))).toThrow(reason);
    expect(() => observationOf(row(fields))).not.toThrow('SECRET');
  });

  it('is refused where a text holds the raw id of its client', () => {
    const hidden = row({ geo_city: `x ${CLIENT_ID}` }, sha256Hex(CLIENT_ID));
    expect(() => observationOf(hidden)).toThrow('no text of a ping may hold the id of its client');
  });
});
