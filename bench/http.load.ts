import { Pool } from 'undici';

/** The load of the benchmarks over HTTP, in its own process: sends what it is told to and says when it is done. */
interface Order {
  readonly port: number;
  readonly requests: number;
  readonly paths: readonly string[];
  readonly contains: string;
}

const CONNECTIONS = 64;
const PIPELINING = 4;

async function run({ port, requests, paths, contains }: Order): Promise<void> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS, pipelining: PIPELINING });
  let sent = 0;
  const sender = async (): Promise<void> => {
    while (sent < requests) {
      const path = paths[sent++ % paths.length] ?? '/';
      const { statusCode, body } = await pool.request({ method: 'GET', path });
      const text = await body.text();
      if (statusCode !== 200 || !text.includes(contains))
        throw new Error(`${statusCode} ${text} for ${path}`);
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
