import { setImmediate as nextTurn } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import type { ClientKey } from '../../domain/client-key.ts';
import { TaarError } from '../../domain/errors.ts';
import { legacyPayload } from '../../domain/legacy-payload.ts';
import type { RecordCodec } from '../../log/record-codec.ts';
import type { Change } from '../view.ts';

/** What TAAR's own readers are to find under a key. */
export interface LegacyRows {
  /** For each change the bytes of its payload cell, or null where those readers are to find no profile. */
  payloadsOf(changes: readonly Change[]): Promise<readonly (Uint8Array | null)[]>;
}

/** The fastest level: a row is some 20 % larger than with zlib's usual one, and takes half of the time. */
const DEFLATE = { level: 1 };
/** Rows between two turns of the event loop; a row takes some 30 µs. */
const ROWS_A_TURN = 100;

/**
 * The payload cell of a key that has no profile. TAAR's reader takes a payload of `null` for no profile, as it does
 * a missing row; but a late write cannot get past a cell as it could get past a missing one.
 */
export const NO_PROFILE: Uint8Array = deflateSync('null');

/** The rows of profiles, as TAAR's job wrote them (spec/taar-training.md section 5). */
export class LegacyProfileRows implements LegacyRows {
  readonly #codec: RecordCodec;

  constructor(codec: RecordCodec) {
    this.#codec = codec;
  }

  async payloadsOf(changes: readonly Change[]): Promise<readonly (Uint8Array | null)[]> {
    await this.#codec.learn(changes.map(({ value }) => value));
    const payloads: (Uint8Array | null)[] = [];
    for (const change of changes) {
      payloads.push(this.#payloadOf(change));
      if (payloads.length % ROWS_A_TURN === 0) await nextTurn();
    }
    return payloads;
  }

  #payloadOf({ key, value }: Change): Uint8Array | null {
    if (value === null) return null;
    const profile = this.#profileIn(value);
    // Aliases too: what TAAR's readers ask for is the key of the row that an alias leads to.
    if (profile?.kind !== 'open') return null;
    return deflateSync(JSON.stringify(legacyPayload(key as ClientKey, profile)), DEFLATE);
  }

  /** A state that cannot be read is no profile to show; whoever reads the state itself is told. */
  #profileIn(value: Uint8Array) {
    try {
      return this.#codec.decodeAs('addons.Profile', value);
    } catch (error) {
      if (error instanceof TaarError && error.disposition === 'dead-letter') return undefined;
      throw error;
    }
  }
}
