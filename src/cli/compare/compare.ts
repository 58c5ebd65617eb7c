import { createReadStream } from 'node:fs';
import { parseSha256Hex, type Sha256Hex } from '../../domain/client-key.ts';
import { messageOf, TaarError } from '../../domain/errors.ts';
import { linesOf } from '../../producers/lines.ts';
import { AgreementTally, agreementOf, type Summary } from './agreement.ts';
import { type Answer, type Failure, RecommendationSource } from './recommendation-source.ts';

/** A line is one hash. */
const MAX_LINE_BYTES = 1_024;

export interface CompareOptions {
  readonly ours: string;
  /** Sent to that one only. */
  readonly ourHeaders: Readonly<Record<string, string>>;
  readonly theirs: string;
  /** How many places of an answer count for the overlap. */
  readonly k: number;
  /** Clients that are asked about at the same time. */
  readonly concurrency: number;
}

export interface CompareReport extends Summary {
  readonly k: number;
  /** Clients that both were asked about. */
  readonly asked: number;
  /** Lines that name no client. */
  readonly unreadable: number;
  /** How often each service gave no answer, and why. */
  readonly failures: { readonly ours: FailureCounts; readonly theirs: FailureCounts };
}

export type FailureCounts = Readonly<Partial<Record<Failure, number>>>;

/**
 * Asks two services about each client of a file (a SHA-256 a line) and compares what they answer. Nothing of a client
 * is kept or told. @throws TaarError `clients-unreadable` (halt)
 */
export async function compareServices(file: string, options: CompareOptions): Promise<CompareReport> {
  const ours = new RecommendationSource(options.ours, options.concurrency, options.ourHeaders);
  const theirs = new RecommendationSource(options.theirs, options.concurrency);
  const comparison = new Comparison(options.k);
  const clients = clientsIn(file);
  const ask = async (): Promise<void> => {
    for (;;) {
      const next = await clients.next();
      if (next.done) return;
      if (next.value === undefined) comparison.unreadable += 1;
      else comparison.add(...(await Promise.all([ours.ask(next.value), theirs.ask(next.value)])));
    }
  };
  try {
    await Promise.all(Array.from({ length: options.concurrency }, ask));
    return comparison.report();
  } finally {
    await Promise.all([ours.close(), theirs.close()]);
  }
}

class Comparison {
  unreadable = 0;
  #asked = 0;
  readonly #k: number;
  readonly #tally = new AgreementTally();
  readonly #ours = new Map<Failure, number>();
  readonly #theirs = new Map<Failure, number>();

  constructor(k: number) {
    this.#k = k;
  }

  add(ours: Answer, theirs: Answer): void {
    this.#asked += 1;
    if ('failure' in ours) count(this.#ours, ours.failure);
    if ('failure' in theirs) count(this.#theirs, theirs.failure);
    if ('failure' in ours || 'failure' in theirs) return;
    this.#tally.add(agreementOf(ours, theirs, this.#k), ours.length === 0 && theirs.length === 0);
  }

  report(): CompareReport {
    const failures = { ours: Object.fromEntries(this.#ours), theirs: Object.fromEntries(this.#theirs) };
    return {
      ...this.#tally.summary(),
      k: this.#k,
      asked: this.#asked,
      unreadable: this.unreadable,
      failures,
    };
  }
}

function count(counts: Map<Failure, number>, failure: Failure): void {
  counts.set(failure, (counts.get(failure) ?? 0) + 1);
}

/** The clients of a file; undefined for a line that names none. Empty lines are passed over. */
async function* clientsIn(file: string): AsyncGenerator<Sha256Hex | undefined> {
  try {
    for await (const { text } of linesOf(createReadStream(file), MAX_LINE_BYTES)) {
      if (text === undefined || text.trim() !== '') yield parseSha256Hex(text?.trim() ?? '');
    }
  } catch (error) {
    const message = `the file of clients cannot be read: ${messageOf(error)}`;
    throw new TaarError('clients-unreadable', 'halt', message, { cause: error });
  }
}
