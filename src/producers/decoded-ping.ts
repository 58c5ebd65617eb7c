import type { AddonRecord } from '../domain/add-on.ts';
import type { Sha256Hex } from '../domain/client-key.ts';
import type { EpochMs } from '../domain/clock.ts';
import type { MainCounters } from './main-counters.ts';

/** What a ping asks to publish. Holds no raw client id, so it may leave the thread that decoded it. */
export type DecodedPing = Observation | Deletion | Nobody;

/** A browser says something of itself. A part that the ping does not speak about is null. */
export interface Observation {
  readonly kind: 'observation';
  readonly documentId: string;
  /** By the browser's clock. */
  readonly createdAt: EpochMs;
  /** The browser; of two ids the legacy one (DESIGN section 5). */
  readonly client: Sha256Hex;
  /** The Glean id of the same browser, where the ping carries both. */
  readonly alias: Sha256Hex | null;
  readonly addons: readonly AddonRecord[] | null;
  readonly counters: MainCounters | null;
  readonly facts: PingFacts;
}

/** The facts that a browser sends; its place comes from its address. */
export interface PingFacts {
  readonly locale: string | null;
  readonly os: string | null;
  readonly channel: string | null;
}

/** A browser asks to be deleted, under every id that it names. */
export interface Deletion {
  readonly kind: 'deletion';
  readonly createdAt: EpochMs;
  readonly clients: readonly Sha256Hex[];
}

/** The ping names an id that stands for no browser (DESIGN section 5). */
export interface Nobody {
  readonly kind: 'nobody';
}

/** Keeps a locale, system or channel name from being used to store anything else. */
export const MAX_FACT_CHARS = 100;
