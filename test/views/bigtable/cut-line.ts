import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A line to an emulator that a test can cut. */
export class CutLine {
  readonly #server: Server;
  readonly #port: number;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.#port = port;
  }

  static async to(host: string): Promise<CutLine> {
    const { hostname, port } = new URL(`http://${host}`);
    const server = createServer((near) => {
      const far = connect(Number(port), hostname);
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        line.#sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          line.#sockets.delete(socket);
          other.destroy();
        });
      }
      near.pipe(far).pipe(near);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const line = new CutLine(server, (server.address() as AddressInfo).port);
    return line;
  }

  get host(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Ends all connections at once, without a word; new ones are taken. */
  drop(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Lets nothing more through the connections that there are, without a word; new ones work. */
  silence(): void {
    for (const socket of this.#sockets) socket.unpipe().pause();
  }

  /** Ends all connections, and takes no new ones. */
  async cut(): Promise<void> {
    this.drop();
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  async mend(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
  }
}
