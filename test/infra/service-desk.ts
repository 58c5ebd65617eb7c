import { createServer, type Server } from 'node:http';
import { Script, ServiceUnavailable } from './script.ts';
import { isServiceName, type RunningService, SERVICE_KINDS, type ServiceName } from './service-kinds.ts';

/** What the desk answers about a service: where it is, or in one sentence why it cannot be had. */
export type ServiceAnswer =
  | { readonly address: string }
  | { readonly missing: string; readonly details: string };

/** `shared`: the one of this test run. `own`: only whether this machine can start one for a test alone. */
export type Wish = 'shared' | 'own';

/**
 * Where the test files, each a process of its own, ask the test run's main process for services. A service starts
 * when it is first asked for, once, so a run that needs none starts none.
 */
export class ServiceDesk {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #answers = new Map<string, Promise<ServiceAnswer>>();
  readonly #running: RunningService[] = [];
  readonly #server: Server;

  constructor(environment: NodeJS.ProcessEnv) {
    this.#environment = environment;
    this.#server = createServer((request, response) => {
      const [, wish, name = ''] = (request.url ?? '').split('/');
      if (!isServiceName(name) || (wish !== 'shared' && wish !== 'own'))
        return void response.writeHead(404).end();
      this.ask(wish, name).then((answer) => response.end(JSON.stringify(answer)));
    });
  }

  /** @returns the URL at which test files ask */
  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the service desk has no port');
    return `http://127.0.0.1:${address.port}`;
  }

  ask(wish: Wish, name: ServiceName): Promise<ServiceAnswer> {
    const known = this.#answers.get(`${wish} ${name}`);
    if (known !== undefined) return known;
    const answer = wish === 'own' ? this.#prepared(name) : this.#shared(name);
    this.#answers.set(`${wish} ${name}`, answer);
    return answer;
  }

  /** The services asked for in vain, and why. */
  async missing(): Promise<ReadonlyMap<ServiceName, string>> {
    const missing = new Map<ServiceName, string>();
    for (const [key, promise] of this.#answers) {
      const answer = await promise;
      const name = key.split(' ')[1] ?? '';
      if ('missing' in answer && isServiceName(name)) missing.set(name, answer.missing);
    }
    return missing;
  }

  /** Stops every service it started and takes no more questions. */
  async close(): Promise<void> {
    await Promise.all(this.#answers.values());
    await Promise.all(this.#running.map((service) => service.stop()));
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #shared(name: ServiceName): Promise<ServiceAnswer> {
    const { variable, start } = SERVICE_KINDS[name];
    const given = this.#environment[variable];
    if (given !== undefined && given !== '') return { address: given };
    return answerOf(async () => {
      const service = await start();
      this.#running.push(service);
      return service.address;
    });
  }

  #prepared(name: ServiceName): Promise<ServiceAnswer> {
    return answerOf(async () => {
      await Script.prepare(name);
      return '';
    });
  }
}

async function answerOf(start: () => Promise<string>): Promise<ServiceAnswer> {
  try {
    return { address: await start() };
  } catch (error) {
    if (error instanceof ServiceUnavailable) return { missing: error.reason, details: error.message };
    return { missing: String(error), details: error instanceof Error ? (error.stack ?? '') : '' };
  }
}
