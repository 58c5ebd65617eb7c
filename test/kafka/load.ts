import { setTimeout } from 'node:timers/promises';
import { dispositionOf } from '../../src/domain/errors.ts';
import { type Uniforms, uniformsOf } from '../../src/domain/random.ts';
import type { OutgoingRecord, Position } from '../../src/log/event-log.ts';
import type { RecordCodec } from '../../src/log/record-codec.ts';
import { recordOf } from '../consumers/running-consumer.ts';
import {
  addonRecord,
  deletionRequested,
  keyOf,
  linkRequested,
  NOON,
  observed,
} from '../sim/client-events.ts';
import type { Addressed } from '../sim/client-simulation.ts';
import type { Site } from './site.ts';
import { until } from './until.ts';

/** What the load appends bears it; what consumers emit does not. */
export const LOAD_HEADER = 'test-load';

const BROWSERS = 200;
const ADDONS = 40;
/** Each ping has its own moment, and all of them lie in one day. */
const MS_BETWEEN_PINGS = 4;
const HALF_DAY_MS = 43_000_000;
const PINGS_A_TURN = 10;

/** The events of one ping of one of some hundred browsers, which come under either id or both. */
export function eventsOfPing(seed: number, ping: number): readonly Addressed[] {
  const draw = uniformsOf(seed, 'ping', ping);
  const ms = ping * MS_BETWEEN_PINGS - HALF_DAY_MS;
  const browser = Math.floor(draw(0) * BROWSERS);
  const legacy = keyOf(`browser ${browser}`);
  const glean = keyOf(`browser ${browser} glean ${Math.floor(draw(1) * 2)}`);
  const kind = draw(2);
  if (kind < 0.005) return [{ key: draw(3) < 0.5 ? legacy : glean, event: deletionRequested(ms) }];
  const addons = addonsOf(draw);
  if (kind < 0.4) return [{ key: glean, event: observed(ms, { addons }) }];
  if (kind < 0.7) {
    const facts = { locale: draw(21) < 0.5 ? 'de' : 'fr' };
    return [
      { key: legacy, event: observed(ms, { facts }) },
      { key: glean, event: linkRequested(ms, legacy) },
    ];
  }
  const counters = { subsessionSeconds: 60, bookmarks: 3, tabOpens: 1, uris: null, domains: 2 };
  return [{ key: legacy, event: observed(ms, { addons, counters }) }];
}

function addonsOf(draw: Uniforms) {
  return Array.from({ length: 1 + Math.floor(draw(4) * 6) }, (_, i) =>
    addonRecord(`addon-${Math.floor(draw(5 + i) ** 2 * ADDONS)}@x`, {
      version: `${Math.floor(draw(20) * 3)}`,
    }),
  );
}

/** Some pings are also the moment at which somebody asks for the deletion of a browser. */
function deletionOfPing(codec: RecordCodec, seed: number, ping: number): OutgoingRecord[] {
  const draw = uniformsOf(seed, 'deletion', ping);
  if (draw(0) >= 0.003) return [];
  const browser = Math.floor(draw(1) * BROWSERS);
  const value = codec.encode('privacy.DeletionRequest', {
    requestId: `asked-${ping}`,
    origin: 'operator',
    requestedAt: NOON + ping * MS_BETWEEN_PINGS - HALF_DAY_MS,
    reopen: false,
    products: ['addons'],
  });
  return [{ topic: 'privacy.deletion.requested.v1', key: keyOf(`browser ${browser}`), value }];
}

export function recordsOfPing(codec: RecordCodec, seed: number, ping: number): OutgoingRecord[] {
  const events = eventsOfPing(seed, ping).map((event) => recordOf(codec, event));
  return [...events, ...deletionOfPing(codec, seed, ping)].map(marked);
}

/** A record that counts as appended by the load. */
export function marked(record: OutgoingRecord): OutgoingRecord {
  return { ...record, headers: { ...record.headers, [LOAD_HEADER]: '1' } };
}

export interface Acknowledged {
  readonly record: OutgoingRecord;
  readonly position: Position;
}

interface LoadOptions {
  readonly seed: number;
  readonly pingsPerSecond: number;
  /** Makes the records of a ping; those of `recordsOfPing` unless told. */
  readonly recordsOf?: (codec: RecordCodec, seed: number, ping: number) => readonly OutgoingRecord[];
}

/** Appends pings at a steady rate until it is told to end, through any outage, as an intake node does. */
export class Load {
  readonly acknowledged: Acknowledged[] = [];
  readonly #site: Site;
  readonly #options: LoadOptions;
  #ending = false;
  #running: Promise<void> | undefined;

  private constructor(site: Site, options: LoadOptions) {
    this.#site = site;
    this.#options = options;
  }

  static start(site: Site, options: LoadOptions): Load {
    const load = new Load(site, options);
    load.#running = load.#run();
    load.#running.catch(() => {});
    return load;
  }

  /** Waits until so many more records than now are acknowledged. */
  async more(records: number, limitMs: number): Promise<void> {
    const wanted = this.acknowledged.length + records;
    const what = `${wanted} records acknowledged`;
    const reached = until(what, () => this.acknowledged.length >= wanted, limitMs);
    await Promise.race([reached, this.#running?.then(() => reached)]);
  }

  /** Appends no more; resolves when all that was begun is acknowledged. */
  async end(): Promise<void> {
    this.#ending = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    const { seed, pingsPerSecond, recordsOf = recordsOfPing } = this.#options;
    const began = performance.now();
    for (let ping = 0; !this.#ending; ping += PINGS_A_TURN) {
      const records = Array.from({ length: PINGS_A_TURN }, (_, i) =>
        recordsOf(this.#site.codec, seed, ping + i),
      ).flat();
      await this.#append(records);
      const due = began + (1000 * ping) / pingsPerSecond;
      await setTimeout(Math.max(0, due - performance.now()));
    }
  }

  async #append(records: readonly OutgoingRecord[]): Promise<void> {
    for (;;) {
      try {
        const positions = await this.#site.log.append(records);
        for (const [i, record] of records.entries()) {
          const position = positions[i];
          if (position !== undefined) this.acknowledged.push({ record, position });
        }
        return;
      } catch (error) {
        if (dispositionOf(error) !== 'retry') throw error;
        await setTimeout(100);
      }
    }
  }
}
