import { on, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { connectionsFor, limitConnections } from '../../src/ops/connection-limit.ts';
import { exchange, parse } from './http-client.ts';

const MAX = 16;
const REQUEST = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n';
const LAST_REQUEST = 'GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** A limited server that answers at once, or `/slow` after a while. */
async function start(max = MAX): Promise<number> {
  server = createServer(async (request, response) => {
    if (request.url === '/slow') await sleep(200);
    response.end('here');
  });
  limitConnections(server, max);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A connection that had an answer and is kept. */
async function idle(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.write(REQUEST);
  await once(socket, 'data');
  return socket;
}

describe('connections that are only held', () => {
  it('do not lock out new ones', async () => {
    const port = await start();
    for (let held = 0; held < 5 * MAX; held++) {
      await idle(port);
      expect(parse(await exchange(port, LAST_REQUEST)).status).toBe(200);
    }
  });

  it('do not lock out new ones for long when all of them came at once', async () => {
    const port = await start(4 * MAX);
    const accepted = on(server, 'connection');
    const sockets = Array.from({ length: 4 * MAX }, () => connect({ host: '127.0.0.1', port }));
    for (const _ of sockets) await accepted.next();
    const answers = sockets.map((socket) => once(socket, 'data'));
    for (const socket of sockets) socket.write(REQUEST);
    await Promise.all(answers);
    await exchange(port, LAST_REQUEST).catch(() => '');
    expect(parse(await exchange(port, LAST_REQUEST)).status).toBe(200);
  });

  it('are closed, and those that wait for an answer are not', async () => {
    const port = await start();
    const busy = connect({ host: '127.0.0.1', port });
    const answer = once(busy, 'data');
    busy.write('GET /slow HTTP/1.1\r\nhost: x\r\n\r\n');
    const held = await Promise.all(Array.from({ length: MAX - 1 }, () => idle(port)));
    await sleep(50);
    expect(held.filter((socket) => socket.closed || socket.readableEnded).length).toBeGreaterThan(0);
    expect(String((await answer)[0])).toMatch(/^HTTP\/1.1 200/);
  });
});

it.each([
  [undefined, 8_192],
  [1_000_000, 8_192],
  [4_096, 3_584],
  [1_024, 512],
  [256, 64],
])('where %s files may be open, %i connections are taken', (files, connections) => {
  expect(connectionsFor(files)).toBe(connections);
});
