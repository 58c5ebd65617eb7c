import { describe, expect, it } from 'vitest';
import type { AddonRecord } from '../../src/domain/add-on.ts';
import { featuresOfPayload, featuresOfProfile } from '../../src/domain/client-features.ts';
import type { OpenProfile, SeenAddon } from '../../src/domain/profile.ts';

function addon(id: string, isSystem: boolean | null): SeenAddon {
  const rest: Omit<AddonRecord, 'id' | 'isSystem'> = {
    name: null,
    version: null,
    type: null,
    scope: null,
    blocklisted: null,
    userDisabled: null,
    appDisabled: null,
    foreignInstall: null,
    hasBinaryComponents: null,
    installDay: null,
    updateDay: null,
    signedState: null,
    isWebExtension: null,
    multiprocessCompatible: null,
  };
  return { ...rest, id, isSystem, seenAt: 0 };
}

const EMPTY: OpenProfile = {
  kind: 'open',
  addons: null,
  counters: null,
  facts: null,
  aliases: [],
  fence: null,
  lastSeen: 0,
  changedAt: 0,
};

describe('the features of a profile', () => {
  it('are its add-ons but for those of the browser, and the means and sums of its day', () => {
    const ping = { subsessionSeconds: 10, bookmarks: 3, tabOpens: null, uris: 7, domains: 4 };
    const features = featuresOfProfile({
      ...EMPTY,
      addons: { day: 1, documents: [], addons: [addon('a', null), addon('b', true), addon('c', false)] },
      counters: {
        day: 1,
        pings: [
          { ...ping, documentId: 'x' },
          { ...ping, documentId: 'y', bookmarks: 4 },
        ],
      },
    } as OpenProfile);
    expect(features).toMatchObject({ installed: ['a', 'c'], subsessionLength: 20, bookmarkCount: 3 });
    expect(features).toMatchObject({
      tabOpenCount: 0,
      totalUri: 14,
      uniqueTlds: 4,
      locale: null,
      geoCity: null,
    });
  });

  it('are 0 and nothing where nothing is known', () => {
    expect(featuresOfProfile(EMPTY)).toMatchObject({ installed: [], os: null, totalUri: 0 });
  });
});

describe('the features of a payload', () => {
  it('come under the newer names before the older ones', () => {
    expect(featuresOfPayload({ bookmark_count: 1, places_bookmarks_count: 2, city: 'x' })).toMatchObject({
      bookmarkCount: 1,
      geoCity: 'x',
      totalUri: 0,
      locale: '',
    });
    expect(featuresOfPayload({ geo_city: null, city: 'x' })).toMatchObject({ geoCity: null });
  });

  it('are none where an add-on is no object or has no id', () => {
    for (const active_addons of [null, ['a'], [{}], [{ is_system: [] }], [null]]) {
      expect(featuresOfPayload({ active_addons })).toBeUndefined();
    }
    expect(featuresOfPayload({ active_addons: [{ is_system: 1 }] })).toMatchObject({ installed: [] });
  });
});
