import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Agent, request } from 'undici';
import { ClientKeys } from '../../src/domain/client-key.ts';
import type { EventLog } from '../../src/log/event-log.ts';
import type { TopicName } from '../../src/log/topics.ts';
import { createHttpServer } from '../../src/ops/http.ts';
import { Metrics } from '../../src/ops/metrics.ts';
import { type GeoLookup, openGeo } from '../../src/producers/geo.ts';
import type { InFlightLimits } from '../../src/producers/in-flight.ts';
import { registerIntake } from '../../src/producers/intake.ts';
import { type CapturedPing, packed } from './captured-ping.ts';
import { NOW, type StoredRecord, TemporaryLog } from './temporary-log.ts';

export interface IntakeSettings {
  readonly pepper?: string;
  readonly geo?: GeoLookup;
  readonly trustProxy?: boolean;
  readonly limits?: InFlightLimits;
  /** Stands between the intake and the log. */
  readonly append?: (log: EventLog) => EventLog['append'];
}

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly code: string | undefined;
}

/** The intake as `up` runs it, on a real log and a real port. */
export class RunningIntake {
  readonly #storage: TemporaryLog;
  readonly #metrics: Metrics;
  readonly #app: FastifyInstance;
  readonly #agent = new Agent();

  private constructor(storage: TemporaryLog, metrics: Metrics, app: FastifyInstance) {
    this.#storage = storage;
    this.#metrics = metrics;
    this.#app = app;
  }

  static async start(settings: IntakeSettings = {}): Promise<RunningIntake> {
    const storage = await TemporaryLog.open();
    const { log, codec, logger } = storage;
    const metrics = new Metrics();
    const app = createHttpServer({ logger, metrics, trustProxy: settings.trustProxy ?? false });
    registerIntake(app, {
      publisher: { append: settings.append?.(log) ?? ((records) => log.append(records)) },
      codec,
      keys: new ClientKeys(settings.pepper),
      clock: () => NOW,
      geo: settings.geo ?? (await openGeo(undefined)),
      metrics,
      logger,
      requestId: randomUUID,
      ...(settings.limits && { limits: settings.limits }),
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    return new RunningIntake(storage, metrics, app);
  }

  get port(): number {
    return (this.#app.server.address() as AddressInfo).port;
  }

  /** Sends a captured request as Firefox does: gzipped, with its headers. */
  send(ping: CapturedPing): Promise<Answer> {
    return this.post(ping.url, packed(ping.body), ping.headers);
  }

  async post(
    url: string,
    body: Buffer | string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const address = `http://127.0.0.1:${this.port}${url}`;
    const answer = await request(address, { method: 'POST', headers, body, dispatcher: this.#agent });
    const text = await answer.body.text();
    return {
      status: answer.statusCode,
      retryAfter: answer.headers['retry-after']?.toString(),
      code: text === '' ? undefined : (JSON.parse(text) as { code: string }).code,
    };
  }

  /** Records and counts begin anew: tests may share an intake, as opening a log takes longer than using it. */
  async forget(): Promise<void> {
    await this.#storage.forget();
    this.#metrics.registry.resetMetrics();
  }

  stored(topic: TopicName): Promise<readonly StoredRecord[]> {
    return this.#storage.stored(topic);
  }

  closeLog(): Promise<void> {
    return this.#storage.log.close();
  }

  /** The sum of a metric over the series that have these labels. */
  async count(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
    const metric = await this.#metrics.registry.getSingleMetric(name)?.get();
    return (metric?.values ?? [])
      .filter(({ labels: had }) => Object.entries(labels).every(([label, value]) => had[label] === value))
      .reduce((sum, { value }) => sum + value, 0);
  }

  /** Everything that was written anywhere: log lines, metrics and the bytes of all files. */
  async everythingWritten(): Promise<string> {
    return `${await this.#storage.everythingWritten()}\n${await this.#metrics.registry.metrics()}`;
  }

  async stop(): Promise<void> {
    await this.#agent.destroy();
    await this.#app.close();
    await this.#storage.remove();
  }
}
