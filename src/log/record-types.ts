import type {
  ClientAliasJoined,
  ClientAliasRefused,
  ClientDeletionRequested,
  ClientLinkRequested,
  ClientObserved,
} from '../domain/client-event.ts';
import type { DeletionRequest, ErasureReceipt } from '../domain/deletion.ts';
import type { Listing } from '../domain/listing.ts';
import type { ActiveSet, Chunk, Manifest } from '../domain/model-records.ts';
import type { Profile } from '../domain/profile.ts';
import type { PingRejected } from '../domain/rejection.ts';
import type { RecommendationObserved, RecommendationServed } from '../domain/served.ts';

/** What each record type looks like once decoded. The Avro schema of `a.B` is `schemas/a.B/v<N>.avsc`. */
export interface RecordValues {
  'addons.ClientObserved': ClientObserved;
  'addons.ClientLinkRequested': ClientLinkRequested;
  'addons.ClientAliasJoined': ClientAliasJoined;
  'addons.ClientAliasRefused': ClientAliasRefused;
  'addons.ClientDeletionRequested': ClientDeletionRequested;
  'addons.Profile': Profile;
  'addons.Listing': Listing;
  'privacy.DeletionRequest': DeletionRequest;
  'privacy.ErasureReceipt': ErasureReceipt;
  'models.Chunk': Chunk;
  'models.Manifest': Manifest;
  'models.ActiveSet': ActiveSet;
  'intake.PingRejected': PingRejected;
  'serving.RecommendationServed': RecommendationServed;
  'serving.RecommendationObserved': RecommendationObserved;
}

export type RecordType = keyof RecordValues;

/** A decoded record value together with its type. */
export type TypedRecord = {
  [T in RecordType]: { readonly type: T; readonly value: RecordValues[T] };
}[RecordType];
