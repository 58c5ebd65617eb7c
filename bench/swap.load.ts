import { Agent, type Agent as HttpAgent, request } from 'node:http';

/** What the load tells when it ends. */
export interface LoadReport {
  readonly sent: number;
  readonly failed: number;
  /** The longest wait for an answer, counted from when the request was due. */
  readonly longestMs: number;
}

const REQUESTS_PER_MS = 1;
const CONNECTIONS = 32;
const TIMEOUT_MS = 5_000;

/** Asks for one answer; true where it is a 200 with a body. */
function ask(agent: HttpAgent, url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request(url, { agent, timeout: TIMEOUT_MS }, (response) => {
      let bytes = 0;
      response.on('data', (data: Buffer) => {
        bytes += data.length;
      });
      response.on('end', () => resolve(response.statusCode === 200 && bytes > 0));
      response.on('error', () => resolve(false));
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
    asked.end();
  });
}

/** Sends 1,000 requests a second, whether or not the ones before were answered, until the parent says stop. */
function runLoad(url: string): void {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const began = performance.now();
  const pending = new Set<Promise<void>>();
  let sent = 0;
  let failed = 0;
  let longestMs = 0;
  const timer = setInterval(() => {
    while (sent < (performance.now() - began) * REQUESTS_PER_MS) {
      const due = performance.now();
      sent += 1;
      const answered = ask(agent, url).then((ok) => {
        if (!ok) failed += 1;
        longestMs = Math.max(longestMs, performance.now() - due);
        pending.delete(answered);
      });
      pending.add(answered);
    }
  }, 1);
  process.once('message', async () => {
    clearInterval(timer);
    await Promise.all(pending);
    process.send?.({ sent, failed, longestMs } satisfies LoadReport, () => process.exit(0));
  });
}

runLoad(process.argv[2] ?? '');
