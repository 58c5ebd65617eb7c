import { TaarError } from './errors.ts';

/**
 * JSON whose objects keep their keys in the order of the text. `JSON.parse` gives keys that look like whole numbers
 * ascending and before all others, whatever the text says; in TAAR's artifacts the order decides ties.
 */
export type OrderedJson = null | boolean | number | string | readonly OrderedJson[] | OrderedObject;
export type OrderedObject = ReadonlyMap<string, OrderedJson>;

/** No artifact nests deeper than 5; without a bound a text of brackets would exhaust the stack. */
const MAX_DEPTH = 64;

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);
/** What a string may not hold as it stands, or stands for something else. */
const ESCAPED = /[\\\p{Cc}]/u;

/**
 * Reads JSON text. A key that comes twice has the last value, at its first place.
 * @throws TaarError `json-invalid` (halt) that says at which line and column; it never repeats the text
 */
export function parseOrderedJson(text: string): OrderedJson {
  return new Reader(text).whole();
}

/**
 * The text of a value, in pieces: one for each entry of its outermost map, object or list. Maps become objects in their
 * order; all that is in them is what JSON has.
 */
export function* orderedJsonText(value: unknown): Generator<string> {
  if (value instanceof Map) {
    yield* listText('{', value, '}', ([key, entry]) => `${JSON.stringify(key)}: ${textOf(entry)}`);
  } else if (Array.isArray(value)) {
    yield* listText('[', value, ']', textOf);
  } else if (typeof value === 'object' && value !== null) {
    yield* orderedJsonText(new Map(Object.entries(value)));
  } else yield plainText(value);
}

/** The same value as plain objects, for readers to whom the order of keys means nothing. */
export function plainJson(value: OrderedJson): unknown {
  if (value instanceof Map) {
    // A key such as __proto__ must become a field like any other.
    return Object.fromEntries([...value].map(([key, entry]) => [key, plainJson(entry)]));
  }
  return Array.isArray(value) ? value.map(plainJson) : value;
}

function* listText<E>(open: string, entries: Iterable<E>, close: string, text: (entry: E) => string) {
  let before = open;
  for (const entry of entries) {
    yield `${before}${text(entry)}`;
    before = ', ';
  }
  yield before === open ? `${open}${close}` : close;
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? [...orderedJsonText(value)].join('') : plainText(value);
}

/** JSON has a negative zero, which JSON.stringify forgets, and Python reads as one only with a decimal point. */
function plainText(value: unknown): string {
  return Object.is(value, -0) ? '-0.0' : JSON.stringify(value);
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): OrderedJson {
    const value = this.#value(0);
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#invalid('something follows the value');
    return value;
  }

  #value(depth: number): OrderedJson {
    if (depth > MAX_DEPTH) throw this.#invalid(`it nests deeper than ${MAX_DEPTH}`);
    this.#skipSpace();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      default:
        return this.#plain();
    }
  }

  #object(depth: number): OrderedObject {
    const entries = new Map<string, OrderedJson>();
    this.#list('}', () => {
      this.#skipSpace();
      if (this.#text[this.#at] !== '"') throw this.#invalid('a key is missing');
      const key = this.#string();
      this.#skipSpace();
      if (!this.#take(':')) throw this.#invalid('a colon is missing');
      entries.set(key, this.#value(depth + 1));
    });
    return entries;
  }

  #array(depth: number): readonly OrderedJson[] {
    const values: OrderedJson[] = [];
    this.#list(']', () => values.push(this.#value(depth + 1)));
    return values;
  }

  #list(close: string, entry: () => void): void {
    this.#at++;
    this.#skipSpace();
    if (this.#take(close)) return;
    for (;;) {
      entry();
      this.#skipSpace();
      if (this.#take(close)) return;
      if (!this.#take(',')) throw this.#invalid(`a comma or ${close} is missing`);
    }
  }

  #string(): string {
    const start = this.#at + 1;
    let end = this.#text.indexOf('"', start);
    while (end > 0 && this.#isEscaped(end, start)) end = this.#text.indexOf('"', end + 1);
    if (end < 0) throw this.#invalid('a string does not end');
    const inside = this.#text.slice(start, end);
    const value = ESCAPED.test(inside) ? this.#unescaped(inside) : inside;
    this.#at = end + 1;
    return value;
  }

  #unescaped(inside: string): string {
    try {
      return JSON.parse(`"${inside}"`);
    } catch {
      throw this.#invalid('a string is not well-formed');
    }
  }

  /** True where an odd number of backslashes stands before the quote. */
  #isEscaped(quote: number, start: number): boolean {
    let at = quote;
    while (at > start && this.#text[at - 1] === '\\') at--;
    return (quote - at) % 2 === 1;
  }

  #plain(): number | boolean | null {
    const word = this.#match(WORD);
    if (word !== undefined) return WORDS.get(word) ?? null;
    const number = this.#match(NUMBER);
    if (number === undefined) throw this.#invalid('a value is missing');
    return Number(number);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #skipSpace(): void {
    // Most values have none before them.
    if (this.#text.charCodeAt(this.#at) <= 0x20) this.#match(SPACE);
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #invalid(what: string): TaarError {
    const before = this.#text.slice(0, this.#at);
    const line = before.split('\n').length;
    const column = this.#at - before.lastIndexOf('\n');
    return new TaarError('json-invalid', 'halt', `line ${line}, column ${column}: ${what}`);
  }
}
