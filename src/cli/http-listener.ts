import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { TaarError } from '../domain/errors.ts';
import type { Component } from '../ops/lifecycle.ts';

/** The HTTP server as a part of the process. */
export class HttpListener implements Component {
  readonly name = 'http';
  readonly #app: FastifyInstance;
  readonly #host: string;
  readonly #port: number;

  constructor(app: FastifyInstance, host: string, port: number) {
    this.#app = app;
    this.#host = host;
    this.#port = port;
  }

  /** Where it listens; null before `start`. */
  get url(): string | null {
    const address = this.#app.server.address() as AddressInfo | null;
    if (address === null) return null;
    const host = ANY_ADDRESS.has(this.#host) ? '127.0.0.1' : this.#host;
    return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
  }

  /** @throws TaarError `port-in-use` or `address-unusable` (halt) */
  async start(): Promise<void> {
    try {
      await this.#app.listen({ host: this.#host, port: this.#port });
    } catch (error) {
      throw this.#explained(error as NodeJS.ErrnoException);
    }
  }

  /** Takes no new connections and lets answers under way finish. */
  async drain(): Promise<void> {
    await this.#app.close();
  }

  stop(): Promise<void> {
    return this.drain();
  }

  #explained(error: NodeJS.ErrnoException): Error {
    if (error.code === 'EADDRINUSE') {
      return new TaarError(
        'port-in-use',
        'halt',
        `port ${this.#port} on ${this.#host} is taken by another process; stop it, or choose another port ` +
          `with PORT=${this.#port + 1}`,
      );
    }
    if (['EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND'].includes(error.code ?? '')) {
      return new TaarError(
        'address-unusable',
        'halt',
        `cannot listen on ${this.#host}, port ${this.#port} (${error.code}); change HOST or PORT`,
      );
    }
    return error;
  }
}

/** Addresses to listen on, but not to call. */
const ANY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);
