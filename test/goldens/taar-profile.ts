import type { ClientFeatures } from '../../src/domain/client-features.ts';

/** A profile as TAAR's recommenders get it. */
export interface TaarProfile {
  readonly client_id?: string;
  readonly installed_addons?: readonly string[];
  readonly [field: string]: unknown;
}

/** The features of a profile of the goldens; what is absent is null here. */
export function featuresOf(profile: TaarProfile): ClientFeatures {
  const text = (name: string): string | null => {
    const value = profile[name];
    return typeof value === 'string' ? value : null;
  };
  const number = (name: string): number | null => {
    const value = profile[name];
    return typeof value === 'number' ? value : null;
  };
  return {
    installed: profile.installed_addons ?? [],
    locale: text('locale'),
    os: text('os'),
    geoCity: text('geo_city'),
    subsessionLength: number('subsession_length'),
    bookmarkCount: number('bookmark_count'),
    tabOpenCount: number('tab_open_count'),
    totalUri: number('total_uri'),
    uniqueTlds: number('unique_tlds'),
  };
}

/** The rule for cases in which the original fails only because it logs the id of a client without one. */
export const NO_ID_IS_NEEDED = 'a client without an id is answered: nothing here needs the id';
