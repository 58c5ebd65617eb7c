import { Writable } from 'node:stream';
import type { CommandIo } from './command-io.ts';

/** How often a stream that is no terminal gets a progress line: often enough to see that something happens. */
const PLAIN_PROGRESS_MS = 2_000;
const CLEAR_LINE = '\r\x1b[K';

/**
 * What a person sees: lines, and below them one line of progress. On a terminal the progress line is rewritten in
 * place; elsewhere it is printed now and then as a line of its own.
 */
export class Screen {
  readonly #io: CommandIo;
  #progress = '';
  #lastPlain = Number.NEGATIVE_INFINITY;

  constructor(io: CommandIo) {
    this.#io = io;
  }

  line(text = ''): void {
    this.#above(() => this.#io.stdout.write(`${text}\n`));
  }

  /** Shows how far something has come. */
  progress(text: string): void {
    if (this.#io.isTerminal) {
      this.#progress = text;
      this.#io.stdout.write(`${CLEAR_LINE}${text}`);
    } else if (performance.now() - this.#lastPlain >= PLAIN_PROGRESS_MS) {
      this.#lastPlain = performance.now();
      this.#io.stdout.write(`${text}\n`);
    }
  }

  /** Ends the progress line with a last text. */
  done(text: string): void {
    this.#progress = '';
    this.#lastPlain = Number.NEGATIVE_INFINITY;
    this.#io.stdout.write(this.#io.isTerminal ? `${CLEAR_LINE}${text}\n` : `${text}\n`);
  }

  /** A stream for log lines that does not tear the progress line. */
  logStream(target: NodeJS.WritableStream): NodeJS.WritableStream {
    return new Writable({
      decodeStrings: false,
      write: (chunk: string | Uint8Array, _encoding, done) => {
        this.#above(() => target.write(chunk));
        done();
      },
    });
  }

  #above(write: () => void): void {
    if (this.#progress === '') return void write();
    this.#io.stdout.write(CLEAR_LINE);
    write();
    this.#io.stdout.write(this.#progress);
  }
}
