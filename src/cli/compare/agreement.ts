/** How far two ranked answers agree. All figures are 1 (or 0 places) where they are the same. */
export interface Agreement {
  readonly equal: boolean;
  /** Of the first k of both, the share that is in both; of the k that the longer one has, where that is less. */
  readonly overlap: number;
  /** Rank-biased overlap: agreement at every depth, earlier ranks counting more. */
  readonly rankBiasedOverlap: number;
  /** By how many places the items of both are apart, on average; undefined where they share none. */
  readonly displacement: number | undefined;
}

/** The weight of a depth against the one before: 0.9 puts 86 % of the weight on the first ten. */
export const PERSISTENCE = 0.9;

/** Compares two ranked lists, best first. An item that is twice in a list counts at its first place. */
export function agreementOf(ours: readonly string[], theirs: readonly string[], k: number): Agreement {
  const a = [...new Set(ours)];
  const b = [...new Set(theirs)];
  return {
    equal: ours.length === theirs.length && ours.every((item, i) => item === theirs[i]),
    overlap: overlapAt(a, b, k),
    rankBiasedOverlap: rankBiasedOverlap(a, b),
    displacement: meanDisplacement(a, b),
  };
}

/** Lists without an item twice. Two empty lists agree. */
export function overlapAt(a: readonly string[], b: readonly string[], k: number): number {
  const [first, second] = [a.slice(0, k), b.slice(0, k)];
  const longer = Math.max(first.length, second.length);
  if (longer === 0) return 1;
  const there = new Set(second);
  return first.filter((item) => there.has(item)).length / longer;
}

/**
 * Rank-biased overlap of finite lists (Webber, Moffat, Zobel 2010): the mean over all depths of the share of the items
 * so far that both have, weighted p^depth, with the weights of the depths that there are brought to a sum of 1.
 */
export function rankBiasedOverlap(a: readonly string[], b: readonly string[], p = PERSISTENCE): number {
  const depths = Math.max(a.length, b.length);
  if (depths === 0) return 1;
  const [seenInA, seenInB] = [new Set<string>(), new Set<string>()];
  let [common, weighted, weights, weight] = [0, 0, 0, 1];
  for (let depth = 1; depth <= depths; depth++) {
    const [itemOfA, itemOfB] = [a[depth - 1], b[depth - 1]];
    if (itemOfA !== undefined) seenInA.add(itemOfA);
    if (itemOfB !== undefined) seenInB.add(itemOfB);
    if (itemOfA !== undefined && seenInB.has(itemOfA)) common++;
    if (itemOfB !== undefined && itemOfB !== itemOfA && seenInA.has(itemOfB)) common++;
    weighted += (weight * common) / depth;
    weights += weight;
    weight *= p;
  }
  return weighted / weights;
}

function meanDisplacement(a: readonly string[], b: readonly string[]): number | undefined {
  const places = new Map(b.map((item, place) => [item, place]));
  const apart = a.flatMap((item, place) => {
    const other = places.get(item);
    return other === undefined ? [] : [Math.abs(place - other)];
  });
  return apart.length === 0 ? undefined : apart.reduce((sum, one) => sum + one, 0) / apart.length;
}

/** The figures of many comparisons. */
export interface Summary {
  readonly compared: number;
  readonly equal: number;
  /** Both answered with nothing: equal, and says little. */
  readonly bothEmpty: number;
  readonly overlap: number | undefined;
  readonly rankBiasedOverlap: number | undefined;
  readonly displacement: number | undefined;
}

/** Counts and means as they come, so that millions of comparisons take no memory. */
export class AgreementTally {
  #compared = 0;
  #equal = 0;
  #bothEmpty = 0;
  #overlap = 0;
  #rankBiased = 0;
  #displacement = 0;
  #displaced = 0;

  add(agreement: Agreement, isBothEmpty: boolean): void {
    this.#compared += 1;
    this.#equal += Number(agreement.equal);
    this.#bothEmpty += Number(isBothEmpty);
    this.#overlap += agreement.overlap;
    this.#rankBiased += agreement.rankBiasedOverlap;
    if (agreement.displacement === undefined) return;
    this.#displacement += agreement.displacement;
    this.#displaced += 1;
  }

  summary(): Summary {
    return {
      compared: this.#compared,
      equal: this.#equal,
      bothEmpty: this.#bothEmpty,
      overlap: mean(this.#overlap, this.#compared),
      rankBiasedOverlap: mean(this.#rankBiased, this.#compared),
      displacement: mean(this.#displacement, this.#displaced),
    };
  }
}

function mean(sum: number, count: number): number | undefined {
  return count === 0 ? undefined : sum / count;
}
