import type { EpochMs } from './clock.ts';
import type { DeletionOrigin } from './profile.ts';

/** The products that hold client state, and so must be asked to delete it. */
export const PRODUCTS = ['addons'] as const;
export type Product = (typeof PRODUCTS)[number];

/** On `privacy.deletion.requested.v1`, under the client key: a deletion that somebody asked for. */
export interface DeletionRequest {
  readonly requestId: string;
  readonly origin: DeletionOrigin;
  readonly requestedAt: EpochMs;
  readonly reopen: boolean;
  readonly products: readonly Product[];
}

/** On `privacy.erasure.completed.v1`, under the request id: the proof that a deletion was carried out. */
export interface ErasureReceipt {
  readonly requestId: string;
  readonly product: Product;
  readonly completedAt: EpochMs;
  /** Where the closed rows stand in the changelog: `topic/partition/offset`. */
  readonly closedRows: readonly string[];
  /** Model versions that could hold the client and no longer exist. */
  readonly erasedVersions: readonly string[];
  /** The versions now active, trained without the client. */
  readonly activeVersions: readonly string[];
  /** Versions that exist and were made elsewhere: nobody here can say whether the client was among their sources. */
  readonly unprovenVersions: readonly string[];
}
