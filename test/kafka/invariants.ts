import { join } from 'node:path';
import { expect } from 'vitest';
import { addonClient } from '../../src/consumers/addon-client/addon-client.ts';
import { groupOf } from '../../src/consumers/aggregate-consumer.ts';
import { deletionFanOut } from '../../src/consumers/deletion-fan-out.ts';
import type { Profile } from '../../src/domain/profile.ts';
import type { LogRecord } from '../../src/log/event-log.ts';
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
  await until('every partition has one owner', () => isAllOwned(consumers), DRAIN_LIMIT_MS);
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

/** What was acknowledged stands where it was said to stand. */
function assertNothingLost(acknowledged: readonly Acknowledged[], standing: readonly LogRecord[]): void {
  const place = (topic: TopicName, partition: number, offset: number) => `${topic}/${partition}/${offset}`;
  const found = new Map(
    standing.map((record) => [place(record.topic, record.partition, record.offset), record]),
  );
  const lost = acknowledged.filter(({ record, position }) => {
    const stands = found.get(place(position.topic, position.partition, position.offset));
    return (
      stands === undefined ||
      nameOf(stands.topic, stands.key, stands.value) !== nameOf(record.topic, record.key, record.value)
    );
  });
  if (lost.length > 0) {
    const byName = new Map<string, string[]>();
    for (const r of standing) {
      const n = nameOf(r.topic, r.key, r.value);
      byName.set(n, [...(byName.get(n) ?? []), place(r.topic, r.partition, r.offset)]);
    }
    for (const { record, position } of lost.slice(0, 30)) {
      const at = found.get(place(position.topic, position.partition, position.offset));
      console.log(
        'LOST',
        place(position.topic, position.partition, position.offset),
        'there',
        at === undefined ? 'nothing' : at.key.slice(0, 6) + ' ' + (at.headers[LOAD_HEADER] ?? '-'),
        'elsewhere',
        byName.get(nameOf(record.topic, record.key, record.value)),
      );
    }
    console.log(
      'acks',
      acknowledged.length,
      'standing',
      standing.length,
      'of load',
      standing.filter((r) => r.headers[LOAD_HEADER] !== undefined).length,
    );
  }
  expect(lost.map(({ position }) => position)).toEqual([]);
}

/** What consumers put on the event topic is what its causes call for, each exactly once. */
function assertEmittedOnce(input: readonly LogRecord[], references: readonly Reference<unknown>[]): void {
  const expected = new Map<string, number>();
  for (const [name, times] of references.flatMap(({ emitted }) => [...emitted])) {
    expected.set(name, (expected.get(name) ?? 0) + times);
  }
  const found = new Map<string, number>();
  for (const { topic, key, value, headers } of input) {
    if (headers[LOAD_HEADER] === undefined) addTo(found, nameOf(topic, key, value));
  }
  expect(differences(expected, found)).toEqual([]);
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

/** Names that do not occur as often as they should, shortened: they hold whole values. */
function differences(expected: ReadonlyMap<string, number>, found: ReadonlyMap<string, number>): string[] {
  return [...new Set([...expected.keys(), ...found.keys()])]
    .filter((name) => expected.get(name) !== found.get(name))
    .map((name) => `${name.slice(0, 120)}: ${found.get(name) ?? 0} of ${expected.get(name) ?? 0}`);
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
