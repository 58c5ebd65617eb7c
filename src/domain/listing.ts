/** What addons.mozilla.org says of one add-on, as far as anything here needs it. */
export interface Listing {
  readonly guid: string;
  readonly name: string;
  /** True when any file of the current version is a web extension (spec/taar-training.md section 7.2). */
  readonly isWebExtension: boolean;
  readonly summary: string | null;
  readonly categories: readonly string[];
  /** 0 where nobody rated it, null where the catalogue tells no ratings at all. */
  readonly averageRating: number | null;
  readonly weeklyDownloads: number | null;
  readonly recommended: boolean;
  /** ISO 8601 time of the first version; null where the catalogue does not say. */
  readonly firstCreated: string | null;
  /**
   * Where it runs, as the catalogue names it: `all`, `firefox` (every desktop), `android`, `windows`, `mac`, `linux`.
   * Null where the catalogue does not say.
   */
  readonly platforms: readonly string[] | null;
}
