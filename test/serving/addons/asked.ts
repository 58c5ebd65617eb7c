import { NOBODY } from '../../../src/serving/addons/flow/asker.ts';
import type { KnownClient } from '../../../src/serving/addons/flow/flow-recommender.ts';
import type { AddonQuestion } from '../../../src/serving/addons/recommender.ts';

/** A question of the new route about somebody, repeatable; tests say what differs. */
export const QUESTION: AddonQuestion = {
  requestId: 'r',
  placement: 'p',
  client: 'somebody',
  locale: undefined,
  platform: undefined,
  maxResults: 10,
  excluded: [],
  promoted: [],
  asTaar: false,
  seed: 1,
};

/** Somebody of whom only the language is known. */
export const GERMAN: KnownClient = { kind: 'known', features: { ...NOBODY, locale: 'de' } };

/** Somebody who says enough to be compared with donors. */
export const COMPARABLE_GERMAN: KnownClient = {
  kind: 'known',
  features: {
    ...NOBODY,
    locale: 'de',
    os: 'L',
    geoCity: 'B',
    subsessionLength: 1,
    bookmarkCount: 1,
    tabOpenCount: 1,
    totalUri: 1,
    uniqueTlds: 1,
  },
};
