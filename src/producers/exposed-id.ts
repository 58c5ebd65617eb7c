import { type Sha256Hex, sha256Hex } from '../domain/client-key.ts';
import type { Observation } from './decoded-ping.ts';
import type { Place } from './geo.ts';
import { PingRejection } from './ping-rejection.ts';

const UUID_CHARS = 36;
const UUID_IN_TEXT = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/**
 * No text of a ping that is kept may hold the id of its client: that would put the id into the log. `place` is given
 * where it comes from whoever sends, and not from our own look-up.
 * @throws PingRejection `client-id-exposed`
 */
export function assertHidesClient(ping: Observation, place?: Place): void {
  const clients = new Set([ping.client, ping.alias]);
  const texts = [...textsOf(ping), place?.city, place?.country];
  if (texts.some((text) => holdsId(text, clients))) {
    throw new PingRejection('client-id-exposed', 'no text of a ping may hold the id of its client');
  }
}

function textsOf({ facts, addons }: Observation): readonly (string | null)[] {
  const ofAddons = (addons ?? []).flatMap(({ id, name, version, type }) => [id, name, version, type]);
  return [facts.locale, facts.os, facts.channel, ...ofAddons];
}

function holdsId(text: string | null | undefined, clients: ReadonlySet<Sha256Hex | null>): boolean {
  // Nearly all texts are shorter.
  if (!text || text.length < UUID_CHARS) return false;
  return [...text.matchAll(UUID_IN_TEXT)].some(([id]) => clients.has(sha256Hex(id.toLowerCase())));
}
