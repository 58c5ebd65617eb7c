import { type Answer, Connection, headerOf, requestOf } from './http.connection.ts';
import { monotonicMs, type OpenOrder, type OpenReport } from './load.open.ts';

/** Sends on a schedule what it is ordered, until it is told to stop; see load.open.ts. */
const CONNECTIONS = 64;
const KEPT_FAILURES = 5;
const TICK_MS = 1;

class Schedule {
  readonly #requests: readonly string[];
  readonly #spacingMs: number;
  readonly #port: number;
  /** Opened when needed: a server does not keep one that asks nothing. */
  #connections: Connection[] = [];
  /** Those without a request under way; the last one used first, so that few are busy. */
  readonly #idle: Connection[] = [];
  readonly #began = monotonicMs();
  readonly #beganCpu = process.cpuUsage();
  readonly #due: number[] = [];
  readonly #latency: number[] = [];
  readonly #late: number[] = [];
  readonly #setVersions = new Set<string>();
  readonly #failures: string[] = [];
  readonly #timer: NodeJS.Timeout;
  #underWay = 0;
  #stopping: (() => void) | undefined;

  constructor({ port, paths, perSecond }: OpenOrder) {
    this.#requests = paths.map((path) => requestOf('GET', path));
    this.#spacingMs = 1000 / perSecond;
    this.#port = port;
    this.#timer = setInterval(() => this.#sendDue(), TICK_MS);
  }

  async stop(): Promise<OpenReport> {
    clearInterval(this.#timer);
    const elapsedMs = monotonicMs() - this.#began;
    const { user, system } = process.cpuUsage(this.#beganCpu);
    if (this.#underWay > 0) {
      await new Promise<void>((resolve) => {
        this.#stopping = resolve;
      });
    }
    for (const connection of this.#connections) connection.close();
    return {
      dueMs: Float64Array.from(this.#due),
      latencyMs: Float64Array.from(this.#latency),
      lateMs: Float64Array.from(this.#late),
      setVersions: [...this.#setVersions],
      failures: this.#failures,
      cpuShare: (user + system) / 1000 / elapsedMs,
    };
  }

  #sendDue(): void {
    for (;;) {
      const nth = this.#due.length;
      const due = this.#began + nth * this.#spacingMs;
      const now = monotonicMs();
      if (due > now) return;
      this.#due.push(due);
      this.#late.push(now - due);
      this.#send(nth, due);
    }
  }

  /** An idle connection, a new one, or where there are many one that others wait on. */
  #freeConnection(nth: number): Connection {
    const idle = this.#idle.pop();
    if (idle !== undefined && !idle.isBroken) return idle;
    this.#connections = this.#connections.filter(({ isBroken }) => !isBroken);
    const busy = this.#connections[nth % CONNECTIONS];
    if (busy !== undefined && this.#connections.length >= CONNECTIONS) return busy;
    const opened = new Connection(this.#port);
    this.#connections.push(opened);
    return opened;
  }

  #send(nth: number, due: number): void {
    const connection = this.#freeConnection(nth);
    this.#underWay += 1;
    connection.send(this.#requests[nth % this.#requests.length] ?? '', (answer) => {
      const failure = failureOf(answer);
      this.#latency[nth] = failure === undefined ? monotonicMs() - due : Number.NaN;
      const setVersion = headerOf(answer?.head ?? '', 'taar-models');
      if (failure === undefined && setVersion !== undefined) this.#setVersions.add(setVersion);
      if (failure !== undefined && this.#failures.length < KEPT_FAILURES) this.#failures.push(failure);
      if (connection.underWay === 0) this.#idle.push(connection);
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#stopping?.();
    });
  }
}

/** Why an answer is none: one that was given up for being late is a 200, too, and would make a quick one. */
function failureOf(answer: Answer | undefined): string | undefined {
  if (answer === undefined) return 'the connection broke';
  const path = headerOf(answer.head, 'taar-path') ?? '';
  if (answer.status === 200 && !path.startsWith('empty:')) return undefined;
  return `${answer.status} ${path} ${answer.body}`;
}

let schedule: Schedule | undefined;
process.on('message', async (message: OpenOrder | 'stop') => {
  if (message !== 'stop') schedule = new Schedule(message);
  process.send?.(message === 'stop' ? await schedule?.stop() : {});
});
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
