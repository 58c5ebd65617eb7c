import { type Answer, Connection } from './http.connection.ts';
import { hashOf } from './recommend.profiles.ts';
import { trafficRequest } from './recommend.traffic.ts';

/** Sends as many requests of the traffic as it is told, always some at a time, and says what came of them. */
interface Order {
  readonly port: number;
  readonly from: number;
  readonly requests: number;
}

const CONNECTIONS = 32;
const PIPELINING = 4;
const CLIENTS = 2_000;
const KEPT_FAILURES = 5;
const TOKEN = /"token":"([^"]+)"/;

const known = Array.from({ length: CLIENTS }, (_, client) => hashOf(client));
let token: string | undefined;

async function run({ port, from, requests }: Order): Promise<{ failed: number; failures: string[] }> {
  const end = from + requests;
  const failures: string[] = [];
  let nth = from;
  let failed = 0;
  const exchange = (connection: Connection): Promise<void> => {
    const { bytes, status } = trafficRequest(nth++, known, token);
    return new Promise((resolve) => {
      connection.send(bytes, (answer) => {
        if (answer?.status !== status) {
          failed += 1;
          if (failures.length < KEPT_FAILURES) failures.push(textOf(answer, status));
        }
        token = TOKEN.exec(answer?.body ?? '')?.[1] ?? token;
        resolve();
      });
    });
  };
  const sendOn = async (connection: Connection): Promise<void> => {
    while (nth < end && !connection.isBroken) await exchange(connection);
  };
  const connections = Array.from({ length: CONNECTIONS }, () => new Connection(port));
  await Promise.all(connections.flatMap((one) => Array.from({ length: PIPELINING }, () => sendOn(one))));
  for (const connection of connections) connection.close();
  if (nth < end)
    throw new Error(`all connections broke after ${nth - from} requests; ${failures.join('; ')}`);
  return { failed, failures };
}

function textOf(answer: Answer | undefined, wanted: number): string {
  return answer === undefined ? 'the connection broke' : `${answer.status} for ${wanted}: ${answer.body}`;
}

process.on('message', (order: Order) => {
  run(order).then(
    (done) => process.send?.(done),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
