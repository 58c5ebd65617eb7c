import { hash } from 'node:crypto';
import { KeyedHash } from '../../domain/keyed-hash.ts';
import { laplace } from '../numerics/laplace.ts';

/** What is added to what is counted in a locale. */
export interface LocaleNoise {
  /** To the count of an add-on. */
  addon(locale: string, guid: string): number;
  /** To the number of clients. */
  clients(locale: string): number;
}

/** How much one release may tell of one client. */
export interface LocalePrivacy {
  /** Of the counts of add-ons; the noise has the scale 1/epsilon, since a client changes one count by one. */
  readonly epsilon: number;
  /** Of the number of clients of a locale, which decides whether the locale is in the release. */
  readonly clientsEpsilon: number;
}

/** TAAR's epsilon, and a little for the size of a locale, which TAAR told as it was. */
export const LOCALE_PRIVACY: LocalePrivacy = { epsilon: 0.4, clientsEpsilon: 0.1 };

/** The epsilon of one release: a client is in one locale, and in two numbers of it. */
export function epsilonOfRelease({ epsilon, clientsEpsilon }: LocalePrivacy): number {
  return epsilon + clientsEpsilon;
}

/** A number in (0, 1), both ends left out, for each thing that is noised: always the same one for the same thing. */
export type NoiseSource = (...thing: readonly string[]) => number;

/** Hexadecimal digits of a hash that make 52 bits: with the half that is added, a number that 64 bits hold exactly. */
const DIGITS = 13;

/**
 * Numbers that nobody without the secret can tell: whoever could would take the noise away again. So they are not those
 * of `uniformsOf`, whose seed can be found by trying.
 * @param secret never published, nor logged
 * @param release another for each release, or their difference would be free of noise
 */
export function secretSource(secret: Uint8Array, release: string): NoiseSource {
  const keyed = new KeyedHash(secret);
  return (...thing) => {
    const digest = keyed.of(hash('sha256', JSON.stringify([release, ...thing]), 'hex'), 'hex');
    return (Number.parseInt(digest.slice(0, DIGITS), 16) + 0.5) / 16 ** DIGITS;
  };
}

/** @throws RangeError where an epsilon is not a positive number: the noise would be none, or have no end */
export function laplaceNoise(source: NoiseSource, { epsilon, clientsEpsilon }: LocalePrivacy): LocaleNoise {
  for (const one of [epsilon, clientsEpsilon]) {
    if (!(one > 0 && Number.isFinite(one))) throw new RangeError(`epsilon is ${one}, not a positive number`);
  }
  return {
    addon: (locale, guid) => laplace(source('addon', locale, guid), 1 / epsilon),
    clients: (locale) => laplace(source('clients', locale), 1 / clientsEpsilon),
  };
}
