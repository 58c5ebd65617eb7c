/** A place where add-ons are shown. */
export interface AddonPlacement {
  readonly about: string;
  /** What a request names: whom, or what, the answer is for. */
  readonly subject: 'client' | 'addon';
  /** How many add-ons are given where the request does not say. */
  readonly maxResults: number;
}

/** TAAR's own route asks as if from here. */
export const LEGACY_PLACEMENT = 'addons.discovery';

/** The page of one add-on asks from here. */
export const DETAIL_PLACEMENT = 'addons.detail';

/** No page shows more; a longer list only costs time and tells more of the models. */
export const MOST_RESULTS = 50;

/** Every placement that `/v2/recommendations` knows, by name. */
export const ADDON_PLACEMENTS: ReadonlyMap<string, AddonPlacement> = new Map([
  [
    LEGACY_PLACEMENT,
    { about: "the browser's page of add-ons to discover", subject: 'client', maxResults: 10 },
  ],
  ['addons.sidebar', { about: 'a short list beside something else', subject: 'client', maxResults: 4 }],
  [DETAIL_PLACEMENT, { about: 'the page of an add-on: what goes with it', subject: 'addon', maxResults: 4 }],
]);
