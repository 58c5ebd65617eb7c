import type { ClientObserved } from '../../domain/client-event.ts';
import type { Day, EpochMs } from '../../domain/clock.ts';
import type { Fact, FactPart } from '../../domain/profile.ts';
import { mergeNumbers } from '../../domain/sorted-list.ts';
import { compareCodePoints } from '../../domain/text-order.ts';
import { MAX_DOCUMENTS_PER_DAY } from './addon-part.ts';

/** The fact part of one ping; null where it tells no fact. */
export function factPartOf(
  facts: ClientObserved['facts'],
  day: Day,
  mark: number,
  at: EpochMs,
): FactPart | null {
  const { locale, os, city, country, channel } = facts;
  if (locale === null && os === null && city === null && country === null && channel === null) return null;
  return {
    day,
    documents: [mark],
    locale: factOf(locale, at),
    os: factOf(os, at),
    city: factOf(city, at),
    country: factOf(country, at),
    channel: factOf(channel, at),
  };
}

/** Two parts of the same day: of each fact the latest. */
export function mergeFactsOfDay(a: FactPart, b: FactPart): FactPart {
  const merged: FactPart = {
    day: a.day,
    documents: mergeNumbers(a.documents, b.documents, MAX_DOCUMENTS_PER_DAY),
    locale: latest(a.locale, b.locale),
    os: latest(a.os, b.os),
    city: latest(a.city, b.city),
    country: latest(a.country, b.country),
    channel: latest(a.channel, b.channel),
  };
  return isSame(a, merged) ? a : merged;
}

function factOf(value: string | null, at: EpochMs): Fact | null {
  return value === null ? null : { value, at };
}

function latest(a: Fact | null, b: Fact | null): Fact | null {
  if (a === null || b === null) return a ?? b;
  if (a.at !== b.at) return a.at > b.at ? a : b;
  return compareCodePoints(a.value, b.value) >= 0 ? a : b;
}

function isSame(a: FactPart, b: FactPart): boolean {
  return (
    a.documents === b.documents &&
    a.locale === b.locale &&
    a.os === b.os &&
    a.city === b.city &&
    a.country === b.country &&
    a.channel === b.channel
  );
}
