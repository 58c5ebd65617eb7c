import { join } from 'node:path';
import { expect } from 'vitest';
import { addonClient } from '../../src/consumers/addon-client/addon-client.ts';
import { groupOf } from '../../src/consumers/aggregate-consumer.ts';
import { deletionFanOut } from '../../src/consumers/deletion-fan-out.ts';
import type { Profile } from '../../src/domain/profile.ts';
import type { LogRecord, Position } from '../../src/log/event-log.ts';
import { changedAtOf } from '../../src/log/headers.ts';
import type { RecordCodec } from '../../src/log/record-codec.ts';
import { deadLettersOf, type TopicName } from '../../src/log/topics.ts';
import { openRocksView } from '../../src/views/rocksdb/open-rocks-view.ts';
import type { ConsumerProcess } from './consumer-process.ts';
import { isAllOwned } from './consumer-process.ts';
import { type Acknowledged, LOAD_HEADER } from './load.ts';
import { addTo, nameOf, type Reference, referenceFold } from './reference-fold.ts';
import { recordsOf, type Site } from './site.ts';
import { until } from './until.ts';

const CHANGELOG = 'addons.profile.changed.v1';
const DRAIN_LIMIT_MS = 60_000;

/** What the tests may look at beyond what holds always. */
export interface Outcome {
  readonly events: readonly LogRecord[];
  readonly profiles: Reference<Profile>;
  readonly deadLetters: readonly LogRecord[];
}

/**
 * Waits until all that was appended is processed, stops the consumers, and checks what must hold whatever happened
 * before: nothing lost, nothing applied twice, and the log, its changelog and the views say the same.
 */
export async function settleAndVerify(
  site: Site,
  acknowledged: readonly Acknowledged[],
  consumers: readonly ConsumerProcess[],
): Promise<Outcome> {
  await until('every partition has one owner', () => isAllOwned(consumers), DRAIN_LIMIT_MS).catch((error) => {
    throw new Error(consumers.map((consumer) => consumer.summary()).join('\n'), { cause: error });
  });
  // A transaction that a failure left open hides what stands behind it, until it is ended.
  await until('all can be read', () => isVisible(site, acknowledged), DRAIN_LIMIT_MS);
  await until('all is processed', () => isDrained(site), DRAIN_LIMIT_MS);
  const owners = ownersOf(consumers);
  for (const consumer of consumers) await consumer.stop();
  expect(await isDrained(site)).toBe(true);

  const input = await recordsOf(site, addonClient.input);
  const requests = await recordsOf(site, deletionFanOut.input);
  assertNothingLost(acknowledged, [...input, ...requests].flat());
  const profiles = await referenceFold(addonClient, input, site.codec);
  const deletions = await referenceFold(deletionFanOut, requests, site.codec);
  assertEmittedOnce(input.flat(), [profiles, deletions]);
  await assertSetAsideOnce(site, addonClient.input, profiles);
  await assertSetAsideOnce(site, deletionFanOut.input, deletions);
  await assertStates(site, profiles, owners);
  const deadLetters = (await recordsOf(site, deadLettersOf(addonClient.input))).flat();
  return { events: input.flat(), profiles, deadLetters };
}

/** True when readers see everything that was acknowledged. */
async function isVisible(site: Site, acknowledged: readonly Acknowledged[]): Promise<boolean> {
  for (const topic of new Set(acknowledged.map(({ position }) => position.topic))) {
    const bounds = await site.log.bounds(topic);
    const own = acknowledged.map(({ position }) => position).filter((position) => position.topic === topic);
    if (!own.every(({ partition, offset }) => offset < (bounds[partition]?.end ?? 0))) return false;
  }
  return true;
}

/** True when the groups have committed all that stands on their inputs, and nothing came meanwhile. */
async function isDrained(site: Site): Promise<boolean> {
  // In this order: one group's output is the other's input.
  for (const { name, input } of [deletionFanOut, addonClient]) {
    const ends = (await site.log.bounds(input)).map(({ end }) => end);
    const done = await site.log.committedOffsets(groupOf(name), input);
    const after = (await site.log.bounds(input)).map(({ end }) => end);
    if (!ends.every((end, partition) => done[partition] === end && after[partition] === end)) return false;
  }
  return true;
}

function ownersOf(consumers: readonly ConsumerProcess[]): ReadonlyMap<number, ConsumerProcess> {
  const running = consumers.filter(({ isRunning }) => isRunning);
  return new Map(
    running.flatMap((consumer) =>
      [...(consumer.owned.get(addonClient.name) ?? [])].map((partition) => [partition, consumer] as const),
    ),
  );
}

/** What was acknowledged stands where it was said to stand. A failure tells what stands there instead. */
function assertNothingLost(acknowledged: readonly Acknowledged[], standing: readonly LogRecord[]): void {
  const found = new Map(standing.map((record) => [placeOf(record), record]));
  const places = new Map<string, string[]>();
  for (const record of standing) {
    const name = nameOf(record.topic, record.key, record.value);
    places.set(name, [...(places.get(name) ?? []), placeOf(record)]);
  }
  const lost = acknowledged.flatMap(({ record, position }) => {
    const name = nameOf(record.topic, record.key, record.value);
    if (places.get(name)?.includes(placeOf(position)) === true) return [];
    const instead = found.get(placeOf(position));
    const origin =
      instead === undefined
        ? 'nothing'
        : instead.headers[LOAD_HEADER] === undefined
          ? 'something emitted'
          : 'another of the load';
    return [
      `${placeOf(position)} holds ${origin}; the record is at ${places.get(name)?.join(' ') ?? 'no place'}`,
    ];
  });
  expect(lost).toEqual([]);
}

function placeOf({ topic, partition, offset }: Position): string {
  return `${topic}/${partition}/${offset}`;
}

/**
 * What consumers put on the event topic is what its causes call for, each exactly once. A failure tells where each
 * of the copies stands and since when.
 */
function assertEmittedOnce(input: readonly LogRecord[], references: readonly Reference<unknown>[]): void {
  const expected = new Map<string, number>();
  for (const [name, times] of references.flatMap(({ emitted }) => [...emitted])) {
    expected.set(name, (expected.get(name) ?? 0) + times);
  }
  const found = new Map<string, LogRecord[]>();
  for (const record of input) {
    if (record.headers[LOAD_HEADER] !== undefined) continue;
    const name = nameOf(record.topic, record.key, record.value);
    found.set(name, [...(found.get(name) ?? []), record]);
  }
  const counts = new Map([...found].map(([name, records]) => [name, records.length]));
  const wrong = differences(expected, counts).map((name) => {
    const copies = (found.get(name) ?? []).map((copy) => `${placeOf(copy)} of ${copy.timestamp}`);
    return `${shortened(name)}: ${copies.length} of ${expected.get(name) ?? 0} (${copies.join(', ')})`;
  });
  expect(wrong).toEqual([]);
}

async function assertSetAsideOnce(
  site: Site,
  topic: TopicName,
  reference: Reference<unknown>,
): Promise<void> {
  const found = new Map<string, number>();
  for (const { key, headers } of (await recordsOf(site, deadLettersOf(topic))).flat()) {
    addTo(found, `${key} ${headers.code}`);
  }
  const expected = new Map([...reference.setAside].map(([place, code]) => [`${place} ${code}`, 1]));
  expect(differences(expected, found)).toEqual([]);
}

/** Names that do not occur as often as they should. */
function differences(expected: ReadonlyMap<string, number>, found: ReadonlyMap<string, number>): string[] {
  const names = new Set([...expected.keys(), ...found.keys()]);
  return [...names].filter((name) => expected.get(name) !== found.get(name));
}

/** Names hold whole values. */
function shortened(name: string): string {
  return name.length > 160 ? `${name.slice(0, 120)}...${name.slice(-37)}` : name;
}

async function assertStates(
  site: Site,
  { states }: Reference<Profile>,
  owners: ReadonlyMap<number, ConsumerProcess>,
): Promise<void> {
  const changelog = await recordsOf(site, CHANGELOG);
  for (const [partition, records] of changelog.entries()) {
    assertAges(records, site.codec);
    const last = new Map(records.map(({ key, value }) => [key, value]));
    expect(timeless(last, site.codec)).toEqual(withoutChangedAt(states[partition] ?? new Map()));
    const folder = owners.get(partition)?.folder ?? '';
    const view = await openRocksView({ folder: join(folder, 'view'), logId: site.log.id, name: 'profiles' });
    try {
      expect(await view.position(partition)).toBeGreaterThanOrEqual((records.at(-1)?.offset ?? -1) + 1);
      const entries = await view.range(partition, '', Number.MAX_SAFE_INTEGER);
      expect(hexOf(new Map(entries.map(({ key, value }) => [key, value])))).toEqual(hexOf(last));
    } finally {
      await view.close();
    }
  }
}

/** Each state of a key is younger than the one before it. */
function assertAges(changelog: readonly LogRecord[], codec: RecordCodec): void {
  const ages = new Map<string, number>();
  for (const record of changelog) {
    const age = changedAtOf(record);
    expect(age).toBeGreaterThan(ages.get(record.key) ?? 0);
    ages.set(record.key, age);
    if (record.value !== null) expect(codec.decodeAs('addons.Profile', record.value).changedAt).toBe(age);
  }
}

function timeless(values: ReadonlyMap<string, Uint8Array | null>, codec: RecordCodec) {
  const states = [...values].flatMap(([key, value]) =>
    value === null ? [] : [[key, codec.decodeAs('addons.Profile', value)] as const],
  );
  return withoutChangedAt(new Map(states));
}

function withoutChangedAt(states: ReadonlyMap<string, Profile>) {
  const entries = [...states].map(([key, { changedAt: _, ...state }]) => [key, state] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function hexOf(values: ReadonlyMap<string, Uint8Array | null>): Record<string, string> {
  const entries = [...values].flatMap(([key, value]) =>
    value === null ? [] : [[key, Buffer.from(value).toString('hex')] as const],
  );
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
