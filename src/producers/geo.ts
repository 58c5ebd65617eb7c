import { type CityResponse, open, type Reader } from 'maxmind';
import { messageOf, TaarError } from '../domain/errors.ts';

/** Where a browser is, as far as its address tells. */
export interface Place {
  readonly city: string | null;
  readonly country: string | null;
}

/** Looks up the place of an address. */
export interface GeoLookup {
  lookup(address: string): Place;
}

const NOWHERE: Place = { city: null, country: null };
/** The original's mark for an unknown place: clients of a known country and no known city share it. */
const UNKNOWN = '??';
/** Answers kept in memory: pings of a browser come in bursts. */
const CACHED_ADDRESSES = 10_000;
/** How an IPv4 address looks on a socket that takes both kinds. */
const MAPPED_IPV4 = /^::ffff:(?=\d+\.)/;

/**
 * Opens a MaxMind city database; without a file every place is unknown.
 * @throws TaarError `geo-unreadable` (halt)
 */
export async function openGeo(file: string | undefined): Promise<GeoLookup> {
  if (file === undefined) return { lookup: () => NOWHERE };
  try {
    return new MaxMindGeo(await open<CityResponse>(file, { cache: { max: CACHED_ADDRESSES } }));
  } catch (error) {
    throw new TaarError(
      'geo-unreadable',
      'halt',
      `cannot read the city database (${messageOf(error)}); point GEOIP_CITY_DATABASE to an MMDB file or unset it`,
    );
  }
}

/** The city rule of spec/taar-training.md section 2.2: no city without a country, `??` for an unknown one. */
export function placeOf(country: string | null | undefined, city: string | null | undefined): Place {
  if (country === null || country === undefined || country === UNKNOWN) return NOWHERE;
  return { country, city: city ?? UNKNOWN };
}

class MaxMindGeo implements GeoLookup {
  readonly #reader: Reader<CityResponse>;

  constructor(reader: Reader<CityResponse>) {
    this.#reader = reader;
  }

  lookup(address: string): Place {
    const found = this.#find(address);
    return placeOf(found?.country?.iso_code, found?.city?.names?.en);
  }

  #find(address: string): CityResponse | null {
    try {
      return this.#reader.get(address.replace(MAPPED_IPV4, ''));
    } catch {
      // Not an address, or a damaged record: the ping is worth more than its place.
      return null;
    }
  }
}
