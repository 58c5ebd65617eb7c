import type { ComparedFeatures } from '../../domain/client-distance.ts';
import { uniformsOf } from '../../domain/random.ts';
import { StringNumbers } from '../../models/string-numbers.ts';
import { GrowingNumbers } from './growing-arrays.ts';
import { hasValidFlags, type TrainingAddon } from './training-profiles.ts';

/** A client with fewer or more installed add-ons, of any kind, is not looked at (spec/taar-training.md section 10.1). */
const MIN_INSTALLED = 3;
const MAX_INSTALLED = 99;
/** A client with fewer valid curated add-ons is no donor (section 10.2). */
const MIN_VALID = 3;

/** What is drawn for each client. */
const DRAWS = ['stratified', 'second', 'coin'] as const;
export type DonorDraw = (typeof DRAWS)[number];

/** The fields of `ComparedFeatures`, in the order of the model's columns. */
const TEXTS = ['geoCity', 'locale', 'os'] as const;
const NUMBERS = ['subsessionLength', 'bookmarkCount', 'tabOpenCount', 'totalUri', 'uniqueTlds'] as const;

/** The features of a client, unknown ones empty or 0. */
export type DonorFeatures = { readonly [F in keyof ComparedFeatures]: NonNullable<ComparedFeatures[F]> };

/** Clients that may become donors, in columns; holds no id of a client. */
export interface SimilarityRows {
  readonly clients: number;
  /** The guid behind each add-on number, in the order of first sight. */
  readonly guids: readonly string[];
  /** The add-ons of a client, in the order of its profile. */
  addonsOf(client: number): Uint32Array;
  featuresOf(client: number): DonorFeatures;
  /**
   * The features without texts that fewer clients have: what few say may name one of them. Empty in their place.
   * @param minClients how many must have the same text in the same field
   */
  coarseFeaturesOf(client: number, minClients: number): DonorFeatures;
  /** A number in [0, 1) that depends on the client and the seed only. */
  drawOf(client: number, draw: DonorDraw): number;
}

/** Collects clients one by one into columns. */
export class SimilarityRowsBuilder {
  readonly #curated: ReadonlySet<string>;
  readonly #seed: number;
  readonly #guids = new StringNumbers();
  readonly #texts = TEXTS.map(() => new TextColumn());
  readonly #numbers: number[] = [];
  readonly #draws: number[] = [];
  readonly #ends = new GrowingNumbers();
  readonly #addons = new GrowingNumbers();

  constructor(curated: ReadonlySet<string>, seed: number) {
    this.#curated = curated;
    this.#seed = seed;
  }

  /**
   * Takes a client of the release channel, where its add-ons let it be a donor.
   * @param client what its draws are keyed by; it is not kept
   * @param addons distinct by id, as a profile has them; system ones too
   * @returns whether it was taken
   */
  add(client: string, features: ComparedFeatures, addons: readonly TrainingAddon[]): boolean {
    if (addons.length < MIN_INSTALLED || addons.length > MAX_INSTALLED) return false;
    const own = addons.filter((addon) => hasValidFlags(addon) && this.#curated.has(addon.id));
    if (own.length < MIN_VALID) return false;
    for (const { id } of own) this.#addons.push(this.#guids.numberOf(id));
    this.#ends.push(this.#addons.length);
    for (const [i, field] of TEXTS.entries()) this.#texts[i]?.push(features[field] ?? '');
    for (const field of NUMBERS) this.#numbers.push(features[field] ?? 0);
    const uniforms = uniformsOf(this.#seed, 'donor', client);
    for (let i = 0; i < DRAWS.length; i++) this.#draws.push(uniforms(i));
    return true;
  }

  build(): SimilarityRows {
    const [ends, addons] = [this.#ends.view(), this.#addons.view()];
    const [numbers, draws] = [this.#numbers, this.#draws];
    const texts = this.#texts.map((column) => column.reader());
    const featuresOf = (client: number, minClients: number): DonorFeatures => {
      const [geoCity = '', locale = '', os = ''] = texts.map((textOf) => textOf(client, minClients));
      const [subsessionLength = 0, bookmarkCount = 0, tabOpenCount = 0, totalUri = 0, uniqueTlds = 0] =
        numbers.slice(client * NUMBERS.length, (client + 1) * NUMBERS.length);
      const counters = { subsessionLength, bookmarkCount, tabOpenCount, totalUri, uniqueTlds };
      return { geoCity, locale, os, ...counters };
    };
    return {
      clients: ends.length,
      guids: this.#guids.strings(),
      addonsOf: (client) => addons.subarray(client === 0 ? 0 : ends[client - 1], ends[client]),
      featuresOf: (client) => featuresOf(client, 0),
      coarseFeaturesOf: featuresOf,
      drawOf: (client, draw) => draws[client * DRAWS.length + DRAWS.indexOf(draw)] ?? 0,
    };
  }
}

/** One text a client, each different one kept once. */
class TextColumn {
  readonly #texts = new StringNumbers();
  readonly #column = new GrowingNumbers();

  push(text: string): void {
    this.#column.push(this.#texts.numberOf(text));
  }

  /** Reads what was pushed: the text of a client; empty where fewer than so many clients have it. */
  reader(): (client: number, minClients: number) => string {
    const [texts, column] = [this.#texts.strings(), this.#column.view()];
    const clients = new Uint32Array(texts.length);
    for (const text of column) clients[text] = (clients[text] ?? 0) + 1;
    return (client, minClients) => {
      const text = column[client] ?? 0;
      return (clients[text] ?? 0) >= minClients ? (texts[text] ?? '') : '';
    };
  }
}
