import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the range from which systems take the ports of outgoing connections (32768 on Linux): a service that is
 * killed and started again must find its port still free.
 */
const DEFAULT_PORTS = '20000-31999';
const MAX_TRIES = 200;

/**
 * The first of `count` ports in a row that nobody listens on now, out of INFRA_PORTS (`first-last`).
 * @throws Error when none is found
 */
export async function freePorts(count: number): Promise<number> {
  const [first = Number.NaN, last = Number.NaN] = (process.env.INFRA_PORTS ?? DEFAULT_PORTS)
    .split('-')
    .map(Number);
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const start = randomInt(first, last - count + 2);
    const ports = Array.from({ length: count }, (_, index) => start + index);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return start;
  }
  throw new Error(`no ${count} free ports in a row in ${first}-${last}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
