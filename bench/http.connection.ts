import { connect, type Socket } from 'node:net';

/** An answer as it came: status, head as text, body as text of one character a byte. */
export interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Takes an answer; undefined where the connection broke before it came. */
export type TakeAnswer = (answer: Answer | undefined) => void;

const HEAD_END = '\r\n\r\n';
/** `HTTP/1.1 200 OK` */
const STATUS_AT = 9;

/**
 * A kept-alive HTTP connection that costs its process little: requests are ready bytes, and of an answer only what
 * frames it is read. Answers must have a content-length, as all of ours do.
 */
export class Connection {
  readonly #socket: Socket;
  #waiting: TakeAnswer[] = [];
  #unread = '';
  #broken = false;

  constructor(port: number) {
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true });
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (text: string) => this.#read(text));
    this.#socket.on('error', () => this.#break());
    this.#socket.on('close', () => this.#break());
  }

  /** Requests that are not answered yet. */
  get underWay(): number {
    return this.#waiting.length;
  }

  /** True where nothing can be sent any more. */
  get isBroken(): boolean {
    return this.#broken;
  }

  /** Sends without waiting for the answers before. */
  send(request: string, take: TakeAnswer): void {
    if (this.#broken) {
      take(undefined);
      return;
    }
    this.#waiting.push(take);
    this.#socket.write(request, 'latin1');
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(text: string): void {
    this.#unread += text;
    for (;;) {
      const headEnd = this.#unread.indexOf(HEAD_END);
      if (headEnd < 0) return;
      const head = this.#unread.slice(0, headEnd);
      const bodyAt = headEnd + HEAD_END.length;
      const end = bodyAt + Number(headerOf(head, 'content-length') ?? Number.NaN);
      if (Number.isNaN(end)) this.#break();
      if (!(this.#unread.length >= end)) return;
      const body = this.#unread.slice(bodyAt, end);
      this.#unread = this.#unread.slice(end);
      this.#waiting.shift()?.({ status: Number(head.slice(STATUS_AT, STATUS_AT + 3)), head, body });
    }
  }

  #break(): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#socket.destroy();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const take of waiting) take(undefined);
  }
}

/** The value of a header; `name` in lower case. */
export function headerOf(head: string, name: string): string | undefined {
  const at = head.toLowerCase().indexOf(`\r\n${name}:`);
  if (at < 0) return undefined;
  const end = head.indexOf('\r\n', at + 2);
  return head.slice(at + name.length + 3, end < 0 ? undefined : end).trim();
}

/** The bytes of a request. */
export function requestOf(method: 'GET' | 'POST', path: string, body?: string): string {
  const head = `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n`;
  if (body === undefined) return `${head}\r\n`;
  return `${head}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
