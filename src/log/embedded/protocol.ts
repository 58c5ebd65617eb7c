import type { EpochMs } from '../../domain/clock.ts';
import type { Disposition } from '../../domain/errors.ts';
import type { Offset, PartitionBounds } from '../event-log.ts';
import type { PackedRecords } from './packed-records.ts';

/** Says that the sender still holds a name; refused once somebody else took it. */
export interface Lease {
  readonly name: string;
  readonly epoch: number;
}

export interface AppendRequest {
  readonly kind: 'append';
  readonly now: EpochMs;
  readonly records: PackedRecords;
  readonly lease: Lease | null;
}

/** Output and input offset of one batch, in one transaction. */
export interface CommitRequest {
  readonly kind: 'commit';
  readonly now: EpochMs;
  readonly group: string;
  readonly partitionId: number;
  readonly expected: Offset;
  readonly next: Offset;
  readonly records: PackedRecords;
  readonly lease: Lease;
}

export interface LeaseRequest {
  readonly kind: 'lease';
  readonly name: string;
}

export interface PropertyRequest {
  readonly kind: 'property';
  readonly name: string;
  readonly initial: string;
}

export interface SchemaIdRequest {
  readonly kind: 'schema-id';
  readonly type: string;
  readonly text: string;
}

export interface FetchRequest {
  readonly kind: 'fetch';
  readonly partitionId: number;
  readonly from: Offset;
  readonly to: Offset | null;
  readonly maxRecords: number;
  readonly maxBytes: number;
}

export interface BoundsRequest {
  readonly kind: 'bounds';
  readonly partitionIds: readonly number[];
}

export interface GroupOffsetsRequest {
  readonly kind: 'group-offsets';
  readonly group: string;
  readonly partitionIds: readonly number[];
}

export interface SchemaRequest {
  readonly kind: 'schema';
  readonly id: number;
}

export interface MaintainRequest {
  readonly kind: 'maintain';
  readonly now: EpochMs;
}

export interface CloseRequest {
  readonly kind: 'close';
}

/** What changes the file: all that waits goes into one transaction. */
export type WriteRequest = AppendRequest | CommitRequest | LeaseRequest | PropertyRequest | SchemaIdRequest;
export type ReadRequest = FetchRequest | BoundsRequest | GroupOffsetsRequest | SchemaRequest;
export type LogRequest = WriteRequest | ReadRequest | MaintainRequest | CloseRequest;

export interface Fetched {
  readonly records: PackedRecords;
  readonly next: Offset;
  readonly end: Offset;
}

/** What each kind of request is answered with. */
export interface Answers {
  append: Float64Array<ArrayBuffer>;
  commit: Float64Array<ArrayBuffer>;
  lease: number;
  property: string;
  'schema-id': number;
  fetch: Fetched;
  bounds: readonly PartitionBounds[];
  'group-offsets': readonly Offset[];
  schema: { readonly type: string; readonly text: string } | null;
  maintain: null;
  close: null;
}

export interface Refusal {
  readonly code: string;
  readonly disposition: Disposition;
  readonly message: string;
}

/** An answer to the request of this number. */
export type Reply =
  | { readonly number: number; readonly answer: Answers[keyof Answers] }
  | { readonly number: number; readonly refusal: Refusal };

/** The worker's messages: replies, and the ends of partitions that grew. */
export interface WorkerMessage {
  readonly replies: readonly Reply[];
  readonly ends: readonly (readonly [partitionId: number, end: Offset])[];
}

export interface NumberedRequest {
  readonly number: number;
  readonly request: LogRequest;
}

/** What the worker says once, when the file is open. */
export type Opened =
  | { readonly opened: true; readonly logId: string; readonly partitions: readonly PartitionRow[] }
  | { readonly opened: false; readonly refusal: Refusal };

/** One partition of the file. */
export interface PartitionRow {
  readonly id: number;
  readonly topic: string;
  readonly partition: number;
  readonly end: Offset;
}
