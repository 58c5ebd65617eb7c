import type { Chunk } from '../domain/model-records.ts';
import type { Profile } from '../domain/profile.ts';
import type { RecordType, RecordValues } from './record-types.ts';

/** How a decoded value differs from what its Avro schema describes; for most types, not at all. */
interface Shape<V> {
  toAvro(value: V): unknown;
  fromAvro(avro: unknown): V;
}

/** Avro says the kind by the record type; the domain says it in a field. */
function withKind<V extends { readonly kind: string }>(kind: V['kind']): Shape<V> {
  return {
    toAvro: (value) => value,
    fromAvro: (avro) => ({ kind, ...(avro as object) }) as V,
  };
}

function asIs<V>(): Shape<V> {
  return { toAvro: (value) => value, fromAvro: (avro) => avro as V };
}

interface AvroProfile {
  readonly changedAt: number;
  readonly open: object | null;
  readonly alias: object | null;
  readonly closed: object | null;
}

const PROFILE: Shape<Profile> = {
  toAvro: (profile) => ({
    changedAt: profile.changedAt,
    open: profile.kind === 'open' ? profile : null,
    alias: profile.kind === 'alias' ? profile : null,
    closed: profile.kind === 'closed' ? profile : null,
  }),
  fromAvro: (avro) => {
    const { changedAt, open, alias, closed } = avro as AvroProfile;
    if (open !== null) return { kind: 'open', ...open, changedAt } as Profile;
    if (alias !== null) return { kind: 'alias', ...alias, changedAt } as Profile;
    return { kind: 'closed', ...closed, changedAt } as Profile;
  },
};

/** avsc takes bytes only as a Buffer. */
const CHUNK: Shape<Chunk> = {
  toAvro: ({ bytes }) => ({ bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) }),
  fromAvro: (avro) => avro as Chunk,
};

/** The shape of every record type. The casts are safe because avsc has checked the value against the schema. */
export const AVRO_SHAPES: { readonly [T in RecordType]: Shape<RecordValues[T]> } = {
  'addons.ClientObserved': withKind('observed'),
  'addons.ClientLinkRequested': withKind('link-requested'),
  'addons.ClientAliasJoined': withKind('alias-joined'),
  'addons.ClientAliasRefused': withKind('alias-refused'),
  'addons.ClientDeletionRequested': withKind('deletion-requested'),
  'addons.Profile': PROFILE,
  'addons.Listing': asIs(),
  'privacy.DeletionRequest': asIs(),
  'privacy.ErasureReceipt': asIs(),
  'models.Chunk': CHUNK,
  'models.Manifest': asIs(),
  'models.ActiveSet': asIs(),
  'intake.PingRejected': asIs(),
  'serving.RecommendationServed': asIs(),
  'serving.RecommendationObserved': asIs(),
};
