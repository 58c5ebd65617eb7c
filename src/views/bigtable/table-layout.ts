import type { google } from '@google-cloud/bigtable/build/protos/protos.js';
import type { Offset } from '../../log/event-log.ts';
import type { Change } from '../view.ts';
import type { RowMutation, RowsAsked } from './table-connection.ts';

/*
 * How a view lies in Bigtable:
 *   row: the key
 *     state:<partition>   -> the state's bytes, or nothing where the key was removed; at changedAt
 *     profile:payload     -> what TAAR's readers find, a compressed JSON; at changedAt
 *   row '#position/<partition>'
 *     mirror:position     -> the next offset, as decimal text; at that offset
 *   row '#identity'
 *     mirror:identity     -> which log and topic, which format (JSON)
 * Of each column the newest cell counts. So a write that comes late, or twice, changes nothing: it lies beneath.
 * A cell of what is there now may therefore be deleted only by what is newer, never by deleting its row.
 */
/** TAAR's family and column. */
export const PROFILE_FAMILY = 'profile';
export const PAYLOAD_COLUMN = Buffer.from('payload');
/** Our states. */
export const STATE_FAMILY = 'state';
/** Positions and identity. They have a family of their own because its cells must not age. */
export const MIRROR_FAMILY = 'mirror';
const POSITION_COLUMN = Buffer.from('position');
const IDENTITY_COLUMN = Buffer.from('identity');
const IDENTITY_ROW = Buffer.from('#identity');
/** Identity is written once. */
const IDENTITY_TIME = 0;
/** Bigtable counts microseconds and keeps milliseconds. */
const MICROS = 1_000;

/**
 * Nothing stands for a removed key. A state that is empty, or begins with this byte, is kept with the byte before
 * it; the states of a changelog begin with 0 and are kept as they are.
 */
const ESCAPE = 0xfe;
const NOTHING = new Uint8Array();

type Mutation = google.bigtable.v2.IMutation;

/** The mutation of a row that one change makes. `payload`: undefined leaves TAAR's column alone. */
export function mutationOf(
  partition: number,
  { key, value, changedAt }: Change,
  payload: Uint8Array | null | undefined,
  noProfile: Uint8Array,
): RowMutation {
  const column = stateColumn(partition);
  const mutations = [setCell(STATE_FAMILY, column, changedAt, value === null ? NOTHING : escaped(value))];
  // Whoever is deleted must not stay as an older version, which lives until Bigtable cleans up.
  const erases = value === null || payload === null || payload === undefined;
  if (erases) mutations.push(...deleteOlder(STATE_FAMILY, column, changedAt));
  if (payload !== undefined) {
    // A cell also where there is no profile: else a late write would show the old one again.
    mutations.push(setCell(PROFILE_FAMILY, PAYLOAD_COLUMN, changedAt, payload ?? noProfile));
    if (erases) mutations.push(...deleteOlder(PROFILE_FAMILY, PAYLOAD_COLUMN, changedAt));
  }
  return { rowKey: Buffer.from(key), mutations };
}

/** The mutation that moves a position. */
export function positionMutation(partition: number, next: Offset): RowMutation {
  const cell = setCell(MIRROR_FAMILY, POSITION_COLUMN, next, Buffer.from(`${next}`));
  return { rowKey: positionRow(partition), mutations: [cell] };
}

export function identityMutation(identity: string): RowMutation {
  const cell = setCell(MIRROR_FAMILY, IDENTITY_COLUMN, IDENTITY_TIME, Buffer.from(identity));
  return { rowKey: IDENTITY_ROW, mutations: [cell] };
}

/** The states of some keys of a partition. */
export function statesAsked(partition: number, keys: readonly string[]): RowsAsked {
  return { rows: { rowKeys: keys.map((key) => Buffer.from(key)) }, filter: presentStates(partition) };
}

/** States of a partition in key order; `after`: without the key itself. */
export function rangeAsked(partition: number, from: string, after: boolean, limit: number): RowsAsked {
  const key = Buffer.from(from);
  // Without a bound for the first key: an empty one would be taken for none at all.
  const start = key.length === 0 ? {} : after ? { startKeyOpen: key } : { startKeyClosed: key };
  return { rows: { rowRanges: [start] }, filter: presentStates(partition), rowsLimit: limit };
}

export const ANY_STATE: RowsAsked = {
  filter: { chain: { filters: [{ familyNameRegexFilter: STATE_FAMILY }, { cellsPerRowLimitFilter: 1 }] } },
  rowsLimit: 1,
};

export const IDENTITY_ASKED: RowsAsked = {
  rows: { rowKeys: [IDENTITY_ROW] },
  filter: newestOf(MIRROR_FAMILY, IDENTITY_COLUMN),
};

export function positionAsked(partition: number): RowsAsked {
  return { rows: { rowKeys: [positionRow(partition)] }, filter: newestOf(MIRROR_FAMILY, POSITION_COLUMN) };
}

/** The state in a cell that `presentStates` let through. */
export function stateIn(cell: Uint8Array): Uint8Array {
  return cell[0] === ESCAPE ? cell.subarray(1) : cell;
}

function positionRow(partition: number): Buffer {
  return Buffer.from(`#position/${partition}`);
}

/** The partition is in the column: keys stay TAAR's, and the same key in two partitions stays apart. */
function stateColumn(partition: number): Buffer {
  return Buffer.from(`${partition}`);
}

/** Newest first, and only then whether it is anything: else an older cell would come up again. */
function presentStates(partition: number): google.bigtable.v2.IRowFilter {
  const anything = { valueRangeFilter: { startValueClosed: Uint8Array.of(0) } };
  return { chain: { filters: [newestOf(STATE_FAMILY, stateColumn(partition)), anything] } };
}

function newestOf(familyName: string, column: Buffer): google.bigtable.v2.IRowFilter {
  const range = { familyName, startQualifierClosed: column, endQualifierClosed: column };
  return { chain: { filters: [{ columnRangeFilter: range }, { cellsPerColumnLimitFilter: 1 }] } };
}

function setCell(familyName: string, columnQualifier: Buffer, time: number, value: Uint8Array): Mutation {
  return { setCell: { familyName, columnQualifier, timestampMicros: time * MICROS, value } };
}

/** Deletes what a column holds of before a time. */
function deleteOlder(familyName: string, columnQualifier: Buffer, time: number): Mutation[] {
  // There is nothing before 0, and an end of 0 would mean: everything.
  if (time <= 0) return [];
  const timeRange = { startTimestampMicros: 0, endTimestampMicros: time * MICROS };
  return [{ deleteFromColumn: { familyName, columnQualifier, timeRange } }];
}

function escaped(value: Uint8Array): Uint8Array {
  if (value.length > 0 && value[0] !== ESCAPE) return value;
  const kept = new Uint8Array(value.length + 1);
  kept[0] = ESCAPE;
  kept.set(value, 1);
  return kept;
}
