import { readFileSync } from 'node:fs';
import type { Listing } from '../../domain/listing.ts';

/** One row of addons.tsv: a real public add-on, what kind of person it is for, and how common it is. */
export interface SampleAddon {
  readonly guid: string;
  readonly name: string;
  readonly interest: string;
  /** Relative; grows with the real number of daily users, but slower. */
  readonly weight: number;
}

const TABLE = new URL('./addons.tsv', import.meta.url);
const COLUMNS = 'guid\tname\tinterest\tweight';

/** Reads the table of about 200 real add-ons that the simulated browsers choose from. */
export function readSampleAddons(): readonly SampleAddon[] {
  const [head, ...lines] = readFileSync(TABLE, 'utf8').trimEnd().split('\n');
  if (head !== COLUMNS) throw new Error(`addons.tsv does not start with the columns ${COLUMNS}`);
  return lines.map((line) => {
    const [guid = '', name = '', interest = '', weight = ''] = line.split('\t');
    return { guid, name, interest, weight: Number(weight) };
  });
}

/** The listing that the sample catalogue holds of an add-on. Says nothing that the table does not know. */
export function listingOf(addon: SampleAddon): Listing {
  return {
    guid: addon.guid,
    name: addon.name,
    isWebExtension: true,
    summary: null,
    categories: [addon.interest],
    averageRating: null,
    weeklyDownloads: null,
    recommended: false,
    firstCreated: null,
    platforms: null,
  };
}

/** The add-ons that come with Firefox; every browser reports some of them. */
export const SYSTEM_ADDONS: readonly { readonly id: string; readonly name: string }[] = [
  { id: 'formautofill@mozilla.org', name: 'Form Autofill' },
  { id: 'newtab@mozilla.org', name: 'New Tab' },
  { id: 'pictureinpicture@mozilla.org', name: 'Picture-In-Picture' },
  { id: 'addons-search-detection@mozilla.com', name: 'Add-ons Search Detection' },
  { id: 'webcompat@mozilla.org', name: 'Web Compatibility Interventions' },
];
