import type { FastifyInstance } from 'fastify';
import { registerDockerflow } from '../../ops/dockerflow.ts';
import { HealthChecks } from '../../ops/health.ts';
import type { HttpServerOptions } from '../../ops/http.ts';
import { createHttpServer } from '../../ops/http.ts';
import type { VersionInfo } from '../../ops/version.ts';
import { HttpListener } from '../http-listener.ts';

/**
 * What answers while a process waits for others: alive (`/__lbheartbeat__`), not ready (`/__heartbeat__` 503, which
 * names what is waited for). Gone before the process's own server takes the port.
 */
export class WaitingRoom {
  #waitingFor = 'start';
  readonly #listener: HttpListener;

  constructor(options: HttpServerOptions, version: VersionInfo, address: { host: string; port: number }) {
    const app: FastifyInstance = createHttpServer(options);
    const check = {
      name: 'start',
      check: async () => ({ status: 'error' as const, details: { waitingFor: this.#waitingFor } }),
    };
    registerDockerflow(app, { health: new HealthChecks([check]), version, metrics: options.metrics });
    this.#listener = new HttpListener(app, address.host, address.port);
  }

  waitsFor(code: string | undefined): void {
    this.#waitingFor = code ?? 'start';
  }

  open(): Promise<void> {
    return this.#listener.start();
  }

  close(): Promise<void> {
    return this.#listener.stop();
  }
}
