import type { PingCounters } from '../domain/profile.ts';
import { isStorableInteger } from '../domain/storable-integer.ts';
import { isJsonObject, type JsonObject, optionalInteger, optionalObject } from './json-field.ts';
import { PingRejection } from './ping-rejection.ts';

/** What a `main` ping counted in its subsession. */
export type MainCounters = Omit<PingCounters, 'documentId'>;

/** The counters of a `main` ping's payload (spec/taar-training.md sections 2.1 and 2.2). */
export function mainCounters(payload: JsonObject | null): MainCounters {
  const processes = optionalObject(payload, 'processes');
  const scalars = optionalObject(optionalObject(processes, 'parent'), 'scalars');
  const histograms = optionalObject(payload, 'histograms');
  return {
    subsessionSeconds: optionalInteger(optionalObject(payload, 'info'), 'subsessionLength', { min: 0 }),
    bookmarks: bookmarks(optionalObject(histograms, 'PLACES_BOOKMARKS_COUNT')),
    tabOpens: scalar(scalars, 'browser.engagement.tab_open_event_count'),
    uris: scalar(scalars, 'browser.engagement.total_uri_count'),
    domains: scalar(scalars, 'browser.engagement.unique_domains_count'),
  };
}

/** Scalars may also hold text and booleans; what is no whole number says nothing. */
function scalar(scalars: JsonObject | null, name: string): number | null {
  const value = scalars?.[name];
  return isStorableInteger(value) ? value : null;
}

/** The mean number of bookmarks: histogram sum by number of values, rounded down. */
function bookmarks(histogram: JsonObject | null): number | null {
  const sum = optionalInteger(histogram, 'sum');
  if (sum === null || sum < 0) return null;
  if (sum === 0) return 0;
  const values = histogram?.values;
  const count = isJsonObject(values) ? sumOf(values) : 0;
  return count === 0 ? null : Math.floor(sum / count);
}

function sumOf(values: JsonObject): number {
  let sum = 0;
  for (const value of Object.values(values)) {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
      throw new PingRejection('wrong-shape', 'the values of PLACES_BOOKMARKS_COUNT must be whole numbers');
    }
    sum += value;
  }
  return sum;
}
