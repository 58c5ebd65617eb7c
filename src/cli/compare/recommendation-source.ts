import { Agent, request } from 'undici';
import type { Sha256Hex } from '../../domain/client-key.ts';

/** Longer than any client would wait; a service that hangs must not hold up the comparison. */
const TIME_LIMIT_MS = 5_000;
/** Ten guids have some hundred bytes; whatever else answers on the address must not fill the memory. */
const MAX_ANSWER_BYTES = 2 ** 20;

/** Why a service gave no answer; counted, so it holds nothing of the request. */
export type Failure =
  | `status ${number}`
  | 'no answer in time'
  | 'not reached'
  | 'no recommendations in the answer';

export type Answer = readonly string[] | { readonly failure: Failure };

/** The recommendations of one TAAR service. */
export class RecommendationSource {
  readonly #origin: string;
  readonly #agent: Agent;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(origin: string, connections: number, headers: Readonly<Record<string, string>> = {}) {
    this.#origin = origin;
    this.#headers = headers;
    this.#agent = new Agent({ connections, maxResponseSize: MAX_ANSWER_BYTES });
  }

  /** What the service recommends to a client. Never rejects. */
  async ask(client: Sha256Hex): Promise<Answer> {
    try {
      const { statusCode, body } = await request(`${this.#origin}/v1/api/recommendations/${client}/`, {
        dispatcher: this.#agent,
        headers: this.#headers,
        signal: AbortSignal.timeout(TIME_LIMIT_MS),
      });
      if (statusCode !== 200) {
        await body.dump();
        return { failure: `status ${statusCode}` };
      }
      return resultsIn(await body.text());
    } catch (error) {
      return { failure: isTimeout(error) ? 'no answer in time' : 'not reached' };
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

function resultsIn(text: string): Answer {
  try {
    const { results } = JSON.parse(text) as { results?: unknown };
    if (Array.isArray(results) && results.every((guid) => typeof guid === 'string')) return results;
  } catch {
    // Answered below, like JSON of another shape.
  }
  return { failure: 'no recommendations in the answer' };
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}
