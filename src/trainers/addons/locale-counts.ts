import { type AddonRecord, SIGNED } from '../../domain/add-on.ts';
import { uniformsOf } from '../../domain/random.ts';
import { compareCodePoints } from '../../domain/text-order.ts';

/** The fields of an add-on that decide whether it counts for its client's locale. */
export type LocaleAddon = Pick<
  AddonRecord,
  'id' | 'blocklisted' | 'type' | 'signedState' | 'userDisabled' | 'appDisabled' | 'isSystem'
>;

/** A locale that some clients send in place of none. */
const NO_LOCALE = 'null';

/** An unknown flag excludes (spec/taar-training.md section 6.3). Who installed the add-on does not matter. */
export function countsForLocale(addon: LocaleAddon): boolean {
  return (
    addon.blocklisted === false &&
    addon.type === 'extension' &&
    addon.signedState === SIGNED &&
    addon.userDisabled === false &&
    addon.appDisabled === false &&
    addon.isSystem === false
  );
}

/** Which one of a client's add-ons counts. @param guids ascending by code point, none twice, at least one */
export type AddonChoice = (client: string, guids: readonly string[]) => string | undefined;

/** A choice that depends on the client and the seed only. */
export function keyedChoice(seed: number): AddonChoice {
  return (client, guids) => guids[Math.floor(uniformsOf(seed, 'locale add-on', client)(0) * guids.length)];
}

/** What was counted in a locale. */
export interface LocaleCount {
  readonly locale: string;
  /** Clients with a curated add-on: each counts once in `counts`. */
  readonly clients: number;
  /** Parallel to the curated add-ons. */
  readonly counts: Uint32Array;
}

/**
 * Counts for each locale how many clients have an add-on, one add-on a client: so that one client changes one count by
 * one, which is what the noise is made for (section 6.4 to 6.6). It keeps nothing of a client, and the order of clients
 * does not matter.
 */
export class LocaleCounts {
  /** In the order of the curated list, where each stands once. */
  readonly curated: readonly string[];
  readonly #numberOf: ReadonlyMap<string, number>;
  readonly #choose: AddonChoice;
  /** What is 0 is not kept: clients say what they like for a locale, and there may be as many as clients. */
  readonly #locales = new Map<string, Map<number, number>>();

  constructor(curated: Iterable<string>, choose: AddonChoice) {
    this.curated = [...new Set(curated)];
    this.#numberOf = new Map(this.curated.map((guid, number) => [guid, number]));
    this.#choose = choose;
  }

  /**
   * A client of the release channel.
   * @param client what the choice is keyed by; must not be empty
   */
  add(client: string, locale: string | null, addons: readonly LocaleAddon[]): void {
    if (locale === null || locale === NO_LOCALE) return;
    const counting = addons.filter(countsForLocale);
    if (counting.length === 0) return;
    const count = this.#countOf(locale);
    const own = [...new Set(counting.map(({ id }) => id))].filter((id) => this.#numberOf.has(id));
    if (own.length === 0) return;
    const number = this.#numberOf.get(this.#choose(client, own.sort(compareCodePoints)) ?? '');
    if (number === undefined) throw new RangeError('the choice is none of the add-ons to choose from');
    count.set(number, (count.get(number) ?? 0) + 1);
  }

  /** Every locale with an add-on that counts, curated or not; ascending by code point. */
  *locales(): Generator<LocaleCount> {
    for (const [locale, nonZero] of [...this.#locales].sort(([a], [b]) => compareCodePoints(a, b))) {
      const counts = new Uint32Array(this.curated.length);
      for (const [number, count] of nonZero) counts[number] = count;
      yield { locale, clients: counts.reduce((sum, count) => sum + count, 0), counts };
    }
  }

  #countOf(locale: string): Map<number, number> {
    const count = this.#locales.get(locale) ?? new Map<number, number>();
    this.#locales.set(locale, count);
    return count;
  }
}
