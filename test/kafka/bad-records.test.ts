import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { uniformsOf } from '../../src/domain/random.ts';
import type { OutgoingRecord } from '../../src/log/event-log.ts';
import { kafkaClient, WRITE_RETRY } from '../../src/log/kafka/connection.ts';
import { Names } from '../../src/log/kafka/names.ts';
import { ownPartitioner } from '../../src/log/kafka/own-partitioner.ts';
import { partitionOf } from '../../src/log/partition.ts';
import type { RecordCodec } from '../../src/log/record-codec.ts';
import { topicSettings } from '../../src/log/topics.ts';
import { recordOf } from '../consumers/running-consumer.ts';
import { KafkaCluster } from '../infra/kafka-cluster.ts';
import { describeWith, describeWithOwn, schemaRegistryUrl } from '../infra/services.ts';
import { keyOf, observed } from '../sim/client-events.ts';
import { statesAfter } from '../sim/client-simulation.ts';
import { ConsumerProcess, isAllOwned } from './consumer-process.ts';
import { settleAndVerify } from './invariants.ts';
import { eventsOfPing, LOAD_HEADER, Load, marked, recordsOfPing } from './load.ts';
import { SEED } from './seed.ts';
import { openSite, type Site } from './site.ts';
import { until } from './until.ts';

const EVENTS = 'addons.client.event.v1';
const HOUR_MS = 3_600_000;
const PINGS = 2_400;
const PINGS_PER_SECOND = 300;
const POISON_SHARE = 0.01;
const DUPLICATE_SHARE = 0.1;
const MISPLACED = 12;
const RECORDS_AN_APPEND = 100;
const LIMIT_MS = 40_000;
const TIMEOUT_MS = 120_000;
/** As a registry counts, no id that it will have given. */
const UNKNOWN_SCHEMA_ID = 2_000_000_000;
const POISON_KEY = keyOf('poison');

/** Records that no consumer can process, and the code under which each is to be found again. */
const POISONS: readonly {
  readonly code: string;
  readonly make: (codec: RecordCodec, n: number) => OutgoingRecord;
}[] = [
  { code: 'schema-unknown', make: (_, n) => poison(Buffer.from(`no record ${n}`)) },
  {
    code: 'schema-unknown',
    make: () => {
      const value = Buffer.alloc(20);
      value.writeUInt32BE(UNKNOWN_SCHEMA_ID, 1);
      return poison(value);
    },
  },
  {
    code: 'record-not-decodable',
    make: (codec, n) => {
      const { value } = recordOf(codec, { key: POISON_KEY, event: observed(n) });
      return poison(Buffer.from(value ?? []).subarray(0, -3));
    },
  },
  { code: 'value-missing', make: () => poison(null) },
  {
    code: 'record-type-unexpected',
    make: (codec, n) => poison(codec.encode('models.Chunk', { bytes: Buffer.from(`${n}`) })),
  },
  {
    code: 'submitted-in-future',
    make: (codec) => {
      const submittedAt = Date.now() + HOUR_MS;
      const event = { ...observed(0), submittedAt, createdAt: submittedAt };
      return recordOf(codec, { key: POISON_KEY, event });
    },
  },
  {
    code: 'key-invalid',
    make: (codec, n) => ({ ...recordOf(codec, { key: POISON_KEY, event: observed(n) }), key: `no key ${n}` }),
  },
];

function poison(value: Uint8Array | null): OutgoingRecord {
  return { topic: EVENTS, key: POISON_KEY, value };
}

describeWithOwn('kafka', 'with a broker of their own', () => {
  describeWith('registry', `consumer processes (TAAR_TEST_SEED=${SEED})`, () => {
    let cluster: KafkaCluster;
    beforeAll(async () => {
      cluster = await KafkaCluster.start();
    }, TIMEOUT_MS);
    afterAll(() => cluster.stop());

    it(
      'set 1 % poison aside with its coordinates, each record once though they are killed, and lose nothing good',
      async () => {
        const site = await openSite(cluster.brokers(), schemaRegistryUrl());
        const [steady, mortal] = [
          await ConsumerProcess.start(site, 'steady'),
          await ConsumerProcess.start(site, 'mortal'),
        ];
        await until('both work', () => isAllOwned([steady, mortal]), LIMIT_MS);
        const codes = new Map<OutgoingRecord, string>();
        const load = Load.start(site, {
          seed: SEED,
          pingsPerSecond: PINGS_PER_SECOND,
          recordsOf: (codec, seed, ping) => {
            const draw = uniformsOf(seed, 'poison', ping);
            const good = recordsOfPing(codec, seed, ping);
            const drawn = POISONS[Math.floor(draw(1) * POISONS.length)];
            if (draw(0) >= POISON_SHARE || drawn === undefined) return good;
            const bad = marked(drawn.make(codec, ping));
            codes.set(bad, drawn.code);
            return [bad, ...good];
          },
        });
        await until('it works', () => mortal.count('batch') > 0, LIMIT_MS);
        await mortal.kill();
        const misplaced = await appendMisplaced(site);
        await load.more(PINGS_PER_SECOND, LIMIT_MS);
        const again = await ConsumerProcess.start(site, 'mortal');
        await until(
          'all kinds of poison were appended',
          () => new Set(codes.values()).size === new Set(POISONS.map(({ code }) => code)).size,
          LIMIT_MS,
        );
        await until('enough was appended', () => load.acknowledged.length >= PINGS, LIMIT_MS);
        await load.end();
        const { deadLetters, profiles } = await settleAndVerify(site, load.acknowledged, [steady, again]);

        const expected = load.acknowledged.flatMap(({ record, position: { topic, partition, offset } }) => {
          const code = codes.get(record);
          return code === undefined ? [] : [`${topic}/${partition}/${offset} ${code}`];
        });
        expected.push(...misplaced.map((place) => `${place} partition-wrong`));
        const found = deadLetters.map(
          ({ headers }) =>
            `${headers['source-topic']}/${headers['source-partition']}/${headers['source-offset']} ${headers.code}`,
        );
        expect(found.sort()).toEqual(expected.sort());
        expect(profiles.setAside.size).toBe(expected.length);
        const kept = deadLetters.filter(({ value }) => value !== null).map(({ headers }) => headers.code);
        expect(new Set(kept)).toEqual(
          new Set(['record-type-unexpected', 'submitted-in-future', 'key-invalid', 'partition-wrong']),
        );
      },
      TIMEOUT_MS,
    );

    it(
      'come to the same states whatever the order of a day is, and however often a ping comes',
      async () => {
        const site = await openSite(cluster.brokers(), schemaRegistryUrl());
        const consumers = [await ConsumerProcess.start(site, 'a'), await ConsumerProcess.start(site, 'b')];
        const events = Array.from({ length: PINGS }, (_, ping) => eventsOfPing(SEED, ping)).flat();
        const draw = uniformsOf(SEED, 'duplicates', 'all');
        const twice = events.filter((_, i) => draw(i) < DUPLICATE_SHARE);
        const records = shuffled([...events, ...twice], SEED).map((event) =>
          marked(recordOf(site.codec, event)),
        );
        const acknowledged = [];
        for (let from = 0; from < records.length; from += RECORDS_AN_APPEND) {
          const some = records.slice(from, from + RECORDS_AN_APPEND);
          const positions = await site.log.append(some);
          for (const [i, position] of positions.entries()) {
            const record = some[i];
            if (record !== undefined) acknowledged.push({ record, position });
          }
        }
        const { profiles } = await settleAndVerify(site, acknowledged, consumers);
        const states = Object.fromEntries(
          profiles.states.flatMap((partition) =>
            [...partition].map(([key, { changedAt: _, ...state }]) => [key, state]),
          ),
        );
        expect(states).toEqual(statesAfter(events, SEED));
      },
      TIMEOUT_MS,
    );
  });
});

function shuffled<T>(items: readonly T[], seed: number): T[] {
  const draw = uniformsOf(seed, 'shuffle', 'all');
  const order = items.map((_, i) => [draw(i), i] as const).sort(([a, i], [b, j]) => a - b || i - j);
  return order.map(([, i]) => items[i] as T);
}

/** Appends good events to partitions where nobody looks for their keys, as a client of another make might. */
async function appendMisplaced({ connection, codec }: Site): Promise<string[]> {
  const kafka = kafkaClient(connection, pino({ level: 'silent' }), WRITE_RETRY);
  const producer = kafka.producer({ createPartitioner: ownPartitioner });
  await producer.connect();
  const places: string[] = [];
  const { partitions } = topicSettings(EVENTS);
  for (let n = 0; n < MISPLACED; n++) {
    const key = keyOf(`misplaced ${n}`);
    const partition = (partitionOf(Buffer.from(key), partitions) + 1) % partitions;
    const value = Buffer.from(recordOf(codec, { key, event: observed(n) }).value ?? []);
    const message = { key, value, partition, headers: { [LOAD_HEADER]: '1' } };
    const [sent] = await producer.send({
      topic: new Names(connection.prefix).topic(EVENTS),
      messages: [message],
    });
    places.push(`${EVENTS}/${partition}/${sent?.baseOffset}`);
  }
  await producer.disconnect();
  return places;
}
