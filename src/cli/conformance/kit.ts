import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { type OrderedObject, parseOrderedJson, plainJson } from '../../domain/ordered-json.ts';
import type { ArtifactName } from '../artifacts/artifact-names.ts';

/** A request and what the original answered to it. */
export interface KitCase {
  readonly id: string;
  /** What the original held: nothing at all, or the kit's models and profiles. */
  readonly phase: 'redis_empty' | 'loaded';
  readonly method: string;
  /** As it goes over the wire: percent-encoding and braces are part of the case. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | { readonly base64: string } | null;
  /** The random numbers that the original drew; none where its answer is determined. */
  readonly uniforms: readonly number[];
  readonly status: number;
  readonly content_type: string;
  readonly location: string | null;
  readonly allow: string | null;
  readonly response: string;
  readonly note: string;
}

/** Recorded from the original service (mozilla/taar), all data made up: requests, answers, models, profiles. */
export interface Kit {
  readonly cases: readonly KitCase[];
  /** As the artifacts' files hold them, with their keys in order. */
  readonly artifacts: ReadonlyMap<ArtifactName, OrderedObject | readonly unknown[]>;
  /** The stored profiles by the SHA-256 of their clients; some are broken on purpose. */
  readonly profiles: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** How many results the original was told to give. */
  readonly limits: { readonly recommendations: number; readonly related: number };
}

const FILE = new URL('./taar-http.json.gz', import.meta.url);

/** Reads the kit that comes with this release. */
export async function readKit(): Promise<Kit> {
  // The file is part of the release, and a test reads all of it: its shape is known.
  const kit = parseOrderedJson(gunzipSync(await readFile(FILE)).toString('utf8')) as OrderedObject;
  const { cases, profiles, env } = plainJson(kit) as {
    cases: readonly KitCase[];
    profiles: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    env: Readonly<Record<'TAAR_MAX_RESULTS' | 'TAARLITE_MAX_RESULTS', number>>;
  };
  return {
    cases,
    artifacts: (kit.get('models') as OrderedObject).get('main') as Kit['artifacts'],
    profiles: new Map(Object.entries(profiles)),
    limits: { recommendations: env.TAAR_MAX_RESULTS, related: env.TAARLITE_MAX_RESULTS },
  };
}
