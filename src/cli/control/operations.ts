import type { PartitionLag } from '../../consumers/consumer-lag.ts';
import type {
  LetterDetails,
  LetterListing,
  LetterSelection,
  ReplayReport,
} from '../../consumers/dead-letters.ts';
import type { ClientKey, Sha256Hex } from '../../domain/client-key.ts';
import type { Listing } from '../../domain/listing.ts';
import type { ImportedModel } from '../../models/model-import.ts';
import type { ModelListing } from '../../models/model-listing.ts';
import type { HealthReport } from '../../ops/health.ts';
import type { ErasureReport } from '../../producers/erasure-report.ts';
import type { ProfileRow, TakenRows } from '../../producers/profile-row.ts';
import type { WhyReport } from '../../serving/feedback/why-report.ts';
import type { TrainedModelName } from '../../trainers/trained-models.ts';

/**
 * What an operator can ask of the system. The same whether it is carried out by this process, on the data itself,
 * or by a running `up` at the other end of the control socket.
 */
export interface Operations {
  status(): Promise<StatusReport>;
  /** What the heartbeat says, in full, and how far every consumer is behind. */
  doctor(): Promise<DoctorReport>;
  /** The subject's copy: all that is held about a client. */
  profile(sha: Sha256Hex): Promise<ProfileReport>;
  /** Resolves when the rows are closed, so that who asks next finds no such client. */
  delete(sha: Sha256Hex, reopen: boolean): Promise<DeletionReport>;
  /** What is proven about a deletion request. */
  receipt(requestId: string): Promise<ErasureReport>;
  /** How the answer of a token came about, and what became of it. */
  why(token: string): Promise<WhyReport>;
  train(models: readonly TrainedModelName[] | undefined, force: boolean): Promise<TrainReport>;
  /** Every version that exists and every set that can be served. */
  models(): Promise<ModelListing>;
  /** Serves a set again that was active before. */
  activate(setVersion: string, reason: string): Promise<ModelListing>;
  /** Publishes models that were made elsewhere and serves them, with the active ones of other kinds, as one set. */
  importModels(models: readonly ImportedModel[], reason: string): Promise<ModelListing>;
  /** One chunk of a model (`model@version`); `index` counts from 0. */
  modelChunk(model: string, index: number): Promise<Uint8Array>;
  /** Takes profiles in as if their browsers had sent them: a deleted client stays deleted. */
  importProfiles(rows: readonly ProfileRow[]): Promise<TakenRows>;
  loadCatalogue(listings: readonly Listing[]): Promise<{ readonly loaded: number }>;
  /** Counts the dead letters that are selected, and names the newest `limit`. */
  deadLetters(selection: LetterSelection, limit: number): Promise<LetterListing>;
  /** One dead letter, without anything that could be personal. */
  deadLetter(position: string): Promise<LetterDetails>;
  /** Appends to their topics again what was kept of the dead letters that are selected. */
  replayDeadLetters(selection: LetterSelection): Promise<ReplayReport>;
}

export interface StatusReport {
  readonly pid: number;
  readonly url: string | null;
  /** What the heartbeat says. */
  readonly status: string;
  readonly checks: Readonly<Record<string, string>>;
}

export interface DoctorReport extends StatusReport {
  readonly details: HealthReport['details'];
  readonly lags: readonly GroupLag[];
}

/** How far the consumers of one aggregate are behind, all processes together. */
export interface GroupLag {
  readonly aggregate: string;
  readonly partitions: readonly PartitionLag[];
}

/** A deletion that is durable under its request id. */
export interface DeletionReport {
  readonly requestId: string;
  /** False where the consumers have not got to it in time: it is carried out as soon as they do. */
  readonly carriedOut: boolean;
}

/** What is held under a client's key. The key is the one that was asked for. */
export interface ProfileReport extends HeldRows {
  readonly clientKey: ClientKey;
}

/** The rows that a client's id leads to. */
export interface HeldRows {
  /** All that is known of the client; null where nothing is. */
  readonly profile: HeldRow | null;
  /** Of a deleted client: when and why, which is all that is left. */
  readonly closed?: HeldRow;
  /** Where the id is a second one of the browser: the row that says so. */
  readonly alias?: HeldRow;
}

/** A row in words: moments as ISO 8601, days as YYYY-MM-DD. */
export type HeldRow = Readonly<Record<string, unknown>>;

export interface TrainReport {
  /** True where new models serve, or will as soon as they are received. */
  readonly published: boolean;
  readonly setVersion: string | null;
  readonly models: readonly { readonly model: string; readonly version: string }[];
  readonly clients: number;
  /** Why a model was not published. */
  readonly refusals: readonly { readonly model: string; readonly reason: string }[];
}
