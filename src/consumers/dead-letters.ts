import { TaarError } from '../domain/errors.ts';
import type { EventLog, Headers, Offset, OutgoingRecord } from '../log/event-log.ts';
import type { RecordCodec } from '../log/record-codec.ts';
import type { RecordType } from '../log/record-types.ts';
import { DEAD_LETTER_SOURCES, deadLettersOf, type TopicName } from '../log/topics.ts';
import {
  codeOf,
  type Letter,
  type ListedLetter,
  letterUnknown,
  listedOf,
  placeIn,
  replayOf,
  shownHeaders,
} from './listed-letter.ts';
import { type Outline, outlineOf } from './value-outline.ts';

/** How many dead letters one listing names at most: it is read by a person, and sent as one answer. */
export const MAX_LISTED_LETTERS = 1_000;

/** Records appended at once in a replay; bounds its memory, and leaves the log room for others. */
const REPLAY_RECORDS = 200;
const REPLAY_BYTES = 2 ** 20;

/** Which dead letters; all where a field is left out. */
export interface LetterSelection {
  /** The topic that they were set aside from. */
  readonly topic?: TopicName;
  readonly code?: string;
  /** `topic.dlq/partition/offset` of the first one; only those of the same partition follow it. */
  readonly from?: string;
}

export interface LetterListing {
  /** Of all that were selected. */
  readonly counts: Readonly<Record<string, number>>;
  /** The newest of them, oldest first. */
  readonly letters: readonly ListedLetter[];
}

export interface LetterDetails extends ListedLetter {
  readonly headers: Headers;
  /** What the value is, where it was kept and its schema is known. */
  readonly type: RecordType | null;
  readonly value: Outline | null;
}

export interface ReplayReport {
  readonly replayed: number;
  /** How many could not be, by reason: `value-not-kept`, `key-not-kept`. */
  readonly refused: Readonly<Record<string, number>>;
  /** The positions behind the last ones looked at: where the next replay may begin. */
  readonly next: readonly string[];
}

interface Stretch {
  readonly source: TopicName;
  readonly partition: number;
  readonly from: Offset;
  readonly to: Offset;
}

/** The records that consumers have set aside: to be looked at and, once the cause is mended, appended again. */
export class DeadLetters {
  readonly #log: EventLog;
  readonly #codec: RecordCodec;

  constructor(log: EventLog, codec: RecordCodec) {
    this.#log = log;
    this.#codec = codec;
  }

  /** Counts what is selected, and names the newest `limit` of it. @throws TaarError `dead-letter-unknown` (halt) */
  async list(selection: LetterSelection, limit: number): Promise<LetterListing> {
    const counts: Record<string, number> = {};
    let letters: ListedLetter[] = [];
    for (const stretch of await this.#stretches(selection)) {
      for await (const letter of this.#lettersOf(stretch, selection.code)) {
        const listed = listedOf(letter);
        counts[listed.code] = (counts[listed.code] ?? 0) + 1;
        letters.push(listed);
        if (letters.length >= 2 * limit) letters = newest(letters, limit);
      }
    }
    return { counts, letters: newest(letters, limit) };
  }

  /** One dead letter, without anything that could be personal. @throws TaarError `dead-letter-unknown` (halt) */
  async show(position: string): Promise<LetterDetails> {
    const { source, partition, offset } = placeIn(position);
    const bounds = (await this.#log.bounds(deadLettersOf(source)))[partition];
    if (bounds === undefined) throw letterUnknown(`there is no partition ${partition} of dead letters`);
    const stretch = { source, partition, from: offset, to: Math.min(bounds.end, offset + 1) };
    for await (const letter of this.#lettersOf(stretch, undefined)) {
      return {
        ...listedOf(letter),
        headers: shownHeaders(letter.record.headers),
        ...(await this.#typed(letter)),
      };
    }
    throw letterUnknown(`there is no dead letter at ${position}, or no longer`);
  }

  /**
   * Appends the kept values to their topics again, under their keys. What fails again becomes a new dead letter;
   * doing it twice changes nothing, as a client's events may come twice.
   * @throws TaarError `dead-letter-unknown` (halt), and what appending says; then begin again at the same place
   */
  async replay(selection: LetterSelection): Promise<ReplayReport> {
    const refused: Record<string, number> = {};
    let replayed = 0;
    const stretches = await this.#stretches(selection);
    for (const stretch of stretches) {
      let waiting: OutgoingRecord[] = [];
      let bytes = 0;
      for await (const letter of this.#lettersOf(stretch, selection.code)) {
        const again = replayOf(letter);
        if (typeof again === 'string') {
          refused[again] = (refused[again] ?? 0) + 1;
          continue;
        }
        waiting.push(again);
        bytes += again.value?.length ?? 0;
        if (waiting.length < REPLAY_RECORDS && bytes < REPLAY_BYTES) continue;
        replayed += (await this.#log.append(waiting)).length;
        waiting = [];
        bytes = 0;
      }
      replayed += (await this.#log.append(waiting)).length;
    }
    const next = stretches.map(({ source, partition, to }) => `${deadLettersOf(source)}/${partition}/${to}`);
    return { replayed, refused, next };
  }

  /** The parts of the dead-letter topics to look through, up to their present ends. */
  async #stretches({ topic, from }: LetterSelection): Promise<Stretch[]> {
    const first = from === undefined ? undefined : placeIn(from);
    const stretches: Stretch[] = [];
    for (const source of DEAD_LETTER_SOURCES) {
      if ((topic ?? source) !== source || (first?.source ?? source) !== source) continue;
      for (const [partition, { earliest, end }] of (
        await this.#log.bounds(deadLettersOf(source))
      ).entries()) {
        if ((first?.partition ?? partition) !== partition) continue;
        const start = Math.min(end, Math.max(earliest, first?.offset ?? earliest));
        stretches.push({ source, partition, from: start, to: end });
      }
    }
    return stretches;
  }

  async *#lettersOf(
    { source, partition, from, to }: Stretch,
    code: string | undefined,
  ): AsyncGenerator<Letter> {
    const range = { topic: deadLettersOf(source), partition, from, to };
    for await (const record of this.#log.read(range)) {
      if (code === undefined || codeOf(record) === code) yield { source, record };
    }
  }

  async #typed({ record: { value } }: Letter): Promise<Pick<LetterDetails, 'type' | 'value'>> {
    if (value === null) return { type: null, value: null };
    try {
      await this.#codec.learn([value]);
      const decoded = this.#codec.decode(value);
      return { type: decoded.type, value: outlineOf(decoded.value) };
    } catch (error) {
      if (error instanceof TaarError && error.disposition === 'dead-letter')
        return { type: null, value: null };
      throw error;
    }
  }
}

function newest(letters: readonly ListedLetter[], limit: number): ListedLetter[] {
  return letters.slice(Math.max(0, letters.length - limit));
}
