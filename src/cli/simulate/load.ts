import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { Pool } from 'undici';
import type { Clock } from '../../domain/clock.ts';
import { pingsOfDay } from '../sample/day.ts';
import type { Ping } from '../sample/pings.ts';
import { Population } from '../sample/population.ts';
import { readSampleAddons } from '../sample/sample-addons.ts';
import { Latencies } from './latencies.ts';

/** What to send, where, and how fast. */
export interface LoadPlan {
  readonly url: string;
  readonly clients: number;
  /** Pings per second; 0 = as fast as they are answered. */
  readonly rate: number;
  readonly seed: number;
  readonly connections: number;
}

export interface LoadProgress {
  readonly clients: number;
  readonly sent: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Sent again after a 503 or a broken connection. */
  readonly repeated: number;
  /** Neither accepted nor rejected: the server did not answer, however often it was asked. */
  readonly unanswered: number;
}

export interface LoadResult extends LoadProgress {
  readonly seconds: number;
  readonly perSecond: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** A real Firefox keeps a ping for days; a load generator gives up, or an ended server would hold it for ever. */
const ATTEMPTS = 8;
/** Where nothing has ever answered the address is wrong, and every further ping would only wait. */
const ATTEMPTS_AT_SILENCE = 3;
const REPEAT_MS = 250;
const REQUEST_TIMEOUT_MS = 30_000;
/** Fast: the pings of a simulated browser are as small compressed at level 1 as a real one's. */
const GZIP_LEVEL = 1;

/** Sends the day of each browser of a simulated population to an intake, over real HTTP. */
export class LoadGenerator {
  readonly #plan: LoadPlan;
  readonly #clock: Clock;
  readonly #population: Population;
  readonly #latencies = new Latencies();
  readonly #counts = { clients: 0, sent: 0, accepted: 0, rejected: 0, repeated: 0, unanswered: 0 };
  /** True once the address was given up. */
  #abandoned = false;
  #nextBrowser = 0;
  #due = 0;

  constructor(plan: LoadPlan, clock: Clock) {
    this.#plan = plan;
    this.#clock = clock;
    this.#population = new Population(plan.seed, readSampleAddons());
  }

  get progress(): LoadProgress {
    return { ...this.#counts };
  }

  /**
   * Runs until every browser has sent its day, nothing at the address answers, or the signal aborts (pings under way
   * are still finished).
   */
  async run(signal: AbortSignal): Promise<LoadResult> {
    const pool = new Pool(this.#plan.url, {
      connections: this.#plan.connections,
      bodyTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: REQUEST_TIMEOUT_MS,
    });
    const started = performance.now();
    this.#due = started;
    try {
      await Promise.all(Array.from({ length: this.#plan.connections }, () => this.#lane(pool, signal)));
    } finally {
      await pool.close();
    }
    const seconds = (performance.now() - started) / 1000;
    return {
      ...this.#counts,
      seconds,
      perSecond: this.#counts.sent / seconds,
      p50Ms: this.#latencies.quantile(0.5),
      p99Ms: this.#latencies.quantile(0.99),
    };
  }

  /** One connection's work: browser after browser, the pings of each in order. */
  async #lane(pool: Pool, signal: AbortSignal): Promise<void> {
    while (this.#nextBrowser < this.#plan.clients && !signal.aborted && !this.#abandoned) {
      const browser = this.#population.browser(this.#nextBrowser++);
      for (const ping of pingsOfDay(this.#plan.seed, browser, this.#clock())) {
        await this.#turn(signal);
        if (signal.aborted || this.#abandoned) return;
        await this.#send(pool, ping, signal);
      }
      this.#counts.clients++;
    }
  }

  /** Waits until the rate allows one more ping. */
  async #turn(signal: AbortSignal): Promise<void> {
    if (this.#plan.rate === 0) return;
    const now = performance.now();
    const due = this.#due;
    this.#due += 1000 / this.#plan.rate;
    if (due > now) await wait(due - now, undefined, { signal }).catch(() => {});
  }

  async #send(pool: Pool, ping: Ping, signal: AbortSignal): Promise<void> {
    const body = gzipSync(JSON.stringify(ping.body), { level: GZIP_LEVEL });
    this.#counts.sent++;
    for (let attempt = 1; ; attempt++) {
      const status = await this.#post(pool, ping, body);
      if (status !== undefined && status >= 200 && status < 300) {
        this.#counts.accepted++;
        return;
      }
      if (status !== undefined && status !== 503) {
        this.#counts.rejected++;
        return;
      }
      const silent = this.#counts.accepted + this.#counts.rejected === 0 && status === undefined;
      if (attempt === (silent ? ATTEMPTS_AT_SILENCE : ATTEMPTS) || signal.aborted) {
        this.#counts.unanswered++;
        this.#abandoned ||= silent;
        return;
      }
      this.#counts.repeated++;
      await wait(REPEAT_MS * attempt, undefined, { signal }).catch(() => {});
    }
  }

  /** The status of one request; undefined where there was no answer. */
  async #post(pool: Pool, ping: Ping, body: Uint8Array): Promise<number | undefined> {
    const started = performance.now();
    try {
      const answer = await pool.request({ method: 'POST', path: ping.path, headers: ping.headers, body });
      await answer.body.dump();
      this.#latencies.add(performance.now() - started);
      return answer.statusCode;
    } catch {
      return undefined;
    }
  }
}
