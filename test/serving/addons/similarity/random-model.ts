import fc from 'fast-check';

export interface PlainDonor {
  readonly active_addons: readonly string[];
  readonly geo_city: string | null;
  readonly locale: string | null;
  readonly os: string | null;
  readonly subsession_length: number | null;
  readonly bookmark_count: number | null;
  readonly tab_open_count: number | null;
  readonly total_uri: number | null;
  readonly unique_tlds: number | null;
}

/** A distance, and how likely it is between like and between unlike clients. */
export type LrPoint = readonly [x: number, likelihoods: readonly [number, number]];

const number = fc.oneof(
  fc.nat(20),
  fc.constantFrom(0, 1, 5e-324, 1e-310, 1e300, 0.1),
  fc.double({ min: 0, max: 1e9, noNaN: true }),
);
const category = (values: readonly string[]) => fc.constantFrom(...values);

/** A client that says everything; its city may be one that no donor has. */
export const client = fc.record({
  geo_city: category(['Berlin', 'Paris', 'nowhere', '']),
  locale: category(['de', 'fr', '']),
  os: category(['Linux', 'Windows_NT']),
  subsession_length: number,
  bookmark_count: number,
  tab_open_count: number,
  total_uri: number,
  unique_tlds: number,
});

const rarelyNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { freq: 20, nil: null });

const donor: fc.Arbitrary<PlainDonor> = fc.record({
  active_addons: fc.uniqueArray(category(['a', 'b', 'c', 'd', 'e', 'f']), { minLength: 1, maxLength: 4 }),
  geo_city: rarelyNull(category(['Berlin', 'Paris', 'Rome'])),
  locale: rarelyNull(category(['de', 'fr', ''])),
  os: rarelyNull(category(['Linux', 'Windows_NT'])),
  subsession_length: rarelyNull(number),
  bookmark_count: rarelyNull(number),
  tab_open_count: rarelyNull(number),
  total_uri: rarelyNull(number),
  unique_tlds: rarelyNull(number),
});
export const donors = fc.array(donor, { minLength: 1, maxLength: 25 });

const likelihood = fc.constantFrom(0.5, 1, 2, 3, 7);
export const curve: fc.Arbitrary<readonly LrPoint[]> = fc.array(
  fc.tuple(
    fc.double({ min: 0, max: 6, noNaN: true }),
    fc.tuple(likelihood, likelihood) as fc.Arbitrary<readonly [number, number]>,
  ),
  { minLength: 1, maxLength: 15 },
);
