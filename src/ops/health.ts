import { messageOf } from '../domain/errors.ts';

/** How a part of the process is. `warning` still serves; `error` takes the process out of the load balancer. */
export type HealthStatus = 'ok' | 'warning' | 'error';

export interface HealthResult {
  readonly status: HealthStatus;
  /** Figures and names that tell why; never an id of a client. */
  readonly details?: Readonly<Record<string, string | number | boolean | null>>;
}

/** One thing that the heartbeat looks at. `check` does real work (a read, a round trip) and may fail. */
export interface HealthCheck {
  readonly name: string;
  check(): Promise<HealthResult>;
}

/** What `/__heartbeat__` answers (Dockerflow's shape). */
export interface HealthReport {
  readonly status: HealthStatus;
  readonly checks: Readonly<Record<string, HealthStatus>>;
  readonly details: Readonly<Record<string, HealthResult['details']>>;
}

/** A check that hangs must not hang the heartbeat: after this long it counts as failed. */
export const HEALTH_CHECK_TIMEOUT_MS = 2_000;

/** Runs a process's checks, all at once; callers that come while they run share the one run. */
export class HealthChecks {
  readonly #checks: readonly HealthCheck[];
  readonly #timeoutMs: number;
  #running: Promise<HealthReport> | undefined;

  constructor(checks: readonly HealthCheck[], timeoutMs = HEALTH_CHECK_TIMEOUT_MS) {
    this.#checks = checks;
    this.#timeoutMs = timeoutMs;
  }

  /** Never rejects: a check that throws or hangs is reported as an error. */
  report(): Promise<HealthReport> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(): Promise<HealthReport> {
    const results = await Promise.all(this.#checks.map((check) => outcomeOf(check, this.#timeoutMs)));
    const named = this.#checks.map((check, i) => [check.name, results[i] ?? { status: 'error' }] as const);
    return {
      status: worst(results.map((result) => result.status)),
      checks: Object.fromEntries(named.map(([name, result]) => [name, result.status])),
      details: Object.fromEntries(named.map(([name, result]) => [name, result.details ?? {}])),
    };
  }
}

async function outcomeOf(check: HealthCheck, timeoutMs: number): Promise<HealthResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<HealthResult>((resolve) => {
    const result: HealthResult = { status: 'error', details: { error: `no answer in ${timeoutMs} ms` } };
    timer = setTimeout(() => resolve(result), timeoutMs);
  });
  try {
    return await Promise.race([check.check(), late]);
  } catch (error) {
    return { status: 'error', details: { error: messageOf(error) } };
  } finally {
    clearTimeout(timer);
  }
}

function worst(statuses: readonly HealthStatus[]): HealthStatus {
  if (statuses.includes('error')) return 'error';
  return statuses.includes('warning') ? 'warning' : 'ok';
}
