import type { RowMutation } from './table-connection.ts';

/** Rows in one request: enough to make its fixed cost small, few enough to be done well within the deadline. */
const MAX_REQUEST_ROWS = 1_000;
/** Bytes in one request, so that requests in flight do not fill the memory; one larger row goes alone. */
const MAX_REQUEST_BYTES = 2 * 2 ** 20;

/** Cuts the mutations of a batch into requests. */
export function* requestsOf(mutations: Iterable<RowMutation>): Generator<RowMutation[]> {
  let request: RowMutation[] = [];
  let bytes = 0;
  for (const mutation of mutations) {
    const size = bytesIn(mutation);
    if (request.length > 0 && (request.length === MAX_REQUEST_ROWS || bytes + size > MAX_REQUEST_BYTES)) {
      yield request;
      request = [];
      bytes = 0;
    }
    request.push(mutation);
    bytes += size;
  }
  if (request.length > 0) yield request;
}

/** The values of a row; the rest is small beside them. */
function bytesIn({ mutations }: RowMutation): number {
  let bytes = 0;
  for (const { setCell } of mutations ?? []) bytes += setCell?.value?.length ?? 0;
  return bytes;
}

/** Lets a bounded number of pieces of work run at once; the others wait in the order in which they came. */
export class Gate {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(places: number) {
    this.#free = places;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free -= 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
