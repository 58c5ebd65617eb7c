import { Pool } from 'undici';
import { paths } from './taarlite.model.ts';

/** The load of the TAARlite benchmark, in its own process: sends what it is told to and says when it is done. */
interface Order {
  readonly port: number;
  readonly requests: number;
}

const CONNECTIONS = 64;
const PIPELINING = 4;
const PATHS = paths();

async function run({ port, requests }: Order): Promise<void> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS, pipelining: PIPELINING });
  let sent = 0;
  const sender = async (): Promise<void> => {
    while (sent < requests) {
      const path = PATHS[sent++ % PATHS.length] ?? '/';
      const { statusCode, body } = await pool.request({ method: 'GET', path });
      const text = await body.text();
      if (statusCode !== 200 || !text.includes('", "')) throw new Error(`${statusCode} ${text} for ${path}`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS * PIPELINING }, sender));
  await pool.close();
}

process.on('message', (order: Order) => {
  run(order).then(
    () => process.send?.({ done: true }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
