import { sha256Hex } from '../../domain/client-key.ts';
import { SHOWN_LEGACY_ID } from './population.ts';

const UBLOCK_ORIGIN = 'uBlock0@raymondhill.net';

/** A request that a person can repeat, and what it means. */
export interface Example {
  readonly question: string;
  readonly path: string;
  readonly command: string;
}

/** Three requests that work against a sampled `up` at this address. */
export function examplesAt(url: string): readonly Example[] {
  const guid = encodeURIComponent(UBLOCK_ORIGIN);
  const client = sha256Hex(SHOWN_LEGACY_ID);
  const example = (question: string, path: string): Example => ({
    question,
    path,
    command: `curl -s '${url}${path}'`,
  });
  return [
    example('What do people have beside uBlock Origin?', `/taarlite/api/v1/addon_recommendations/${guid}/`),
    example(
      `Does browser ${SHOWN_LEGACY_ID} have it? (The path holds the SHA-256 of its id.)`,
      `/v1/api/client_has_addon/${client}/${guid}/`,
    ),
    example('Is everything well?', '/__heartbeat__'),
  ];
}

/** The names of the add-ons in an answer, as a line to read beside it; undefined where it lists none. */
export function namesIn(answer: string, nameOf: (guid: string) => string | undefined): string | undefined {
  const { results } = JSON.parse(answer) as { results?: unknown };
  if (!Array.isArray(results) || results.length === 0) return undefined;
  return results.map((guid) => nameOf(String(guid)) ?? String(guid)).join(' | ');
}
