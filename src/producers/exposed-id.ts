import { type Sha256Hex, sha256Hex } from '../domain/client-key.ts';
import type { Observation } from './decoded-ping.ts';
import { PingRejection } from './ping-rejection.ts';

const UUID_CHARS = 36;
const UUID_IN_TEXT = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/**
 * No text of a ping that is kept may hold the id of its client: that would put the id into the log.
 * @throws PingRejection `client-id-exposed`
 */
export function assertHidesClient(ping: Observation): void {
  const clients = new Set([ping.client, ping.alias]);
  if (textsOf(ping).some((text) => holdsId(text, clients))) {
    throw new PingRejection('client-id-exposed', 'no text of a ping may hold the id of its client');
  }
}

function textsOf({ facts, addons }: Observation): readonly string[] {
  const ofAddons = (addons ?? []).flatMap(({ id, name, version, type }) => [id, name, version, type]);
  return [facts.locale, facts.os, facts.channel, ...ofAddons].filter((text) => text !== null);
}

function holdsId(text: string, clients: ReadonlySet<Sha256Hex | null>): boolean {
  // Nearly all texts are shorter.
  if (text.length < UUID_CHARS) return false;
  return [...text.matchAll(UUID_IN_TEXT)].some(([id]) => clients.has(sha256Hex(id.toLowerCase())));
}
