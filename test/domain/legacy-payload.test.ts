import { describe, expect, it } from 'vitest';
import { dailyCounters, legacyPayload } from '../../src/domain/legacy-payload.ts';
import type { OpenProfile, PingCounters } from '../../src/domain/profile.ts';
import { addonRecord, keyOf, NOON } from '../sim/client-events.ts';

function counted(fields: Partial<PingCounters>): PingCounters {
  const nothing = { subsessionSeconds: null, bookmarks: null, tabOpens: null, uris: null, domains: null };
  return { documentId: '', ...nothing, ...fields };
}

const EMPTY: OpenProfile = {
  kind: 'open',
  addons: null,
  counters: null,
  facts: null,
  aliases: [],
  fence: null,
  lastSeen: NOON,
  changedAt: NOON,
};

describe('the counters of a day', () => {
  it('are sums, means and maxima of the pings that say', () => {
    const pings = [
      counted({ subsessionSeconds: 10, bookmarks: 5, tabOpens: 1, domains: 4 }),
      counted({ subsessionSeconds: 30, bookmarks: 0, tabOpens: 2, domains: 7 }),
      counted({ uris: 9 }),
    ];
    expect(dailyCounters({ day: 1, pings })).toEqual({
      subsessionSeconds: 40,
      bookmarksMean: 2.5,
      tabOpens: 3,
      uris: 9,
      domainsMean: 5.5,
      domainsMax: 7,
    });
  });

  it('are unknown where no ping says', () => {
    const unknown = {
      subsessionSeconds: null,
      bookmarksMean: null,
      tabOpens: null,
      uris: null,
      domainsMean: null,
      domainsMax: null,
    };
    expect(dailyCounters(null)).toEqual(unknown);
    expect(dailyCounters({ day: 1, pings: [counted({})] })).toEqual(unknown);
  });
});

describe('the row of TAAR’s profile table', () => {
  it('has zeros for unknown numbers, and null for unknown texts', () => {
    expect(legacyPayload(keyOf('x'), EMPTY)).toEqual({
      client_id: keyOf('x'),
      geo_city: null,
      subsession_length: 0,
      locale: null,
      os: null,
      active_addons: [],
      bookmark_count: 0,
      tab_open_count: 0,
      total_uri: 0,
      unique_tlds: 0,
    });
  });

  it('truncates means, and names the sixteen fields of each add-on', () => {
    const addons = [{ ...addonRecord('a@x', { isSystem: true, userDisabled: null }), seenAt: NOON }];
    const profile: OpenProfile = {
      ...EMPTY,
      addons: { day: 1, documents: [], addons },
      counters: { day: 1, pings: [counted({ bookmarks: 1 }), counted({ bookmarks: 2, domains: 3 })] },
    };
    const payload = legacyPayload(keyOf('x'), profile);
    expect(payload).toMatchObject({ bookmark_count: 1, unique_tlds: 3 });
    expect(payload.active_addons).toEqual([
      {
        addon_id: 'a@x',
        blocklisted: false,
        name: null,
        user_disabled: null,
        app_disabled: false,
        version: '1.0',
        scope: 1,
        type: 'extension',
        foreign_install: false,
        has_binary_components: null,
        install_day: 20_000,
        update_day: 20_100,
        signed_state: 2,
        is_system: true,
        is_web_extension: true,
        multiprocess_compatible: true,
      },
    ]);
  });
});
