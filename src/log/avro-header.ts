/** What Avro's own writers put there is a schema of some kB and the name of a codec. */
const MAX_HEADER_BYTES = 2 ** 20;
/** A count with more bytes is beyond what a double holds, and no file has it. */
const MAX_NUMBER_BYTES = 7;
const MAGIC_BYTES = 4;
const SYNC_BYTES = 16;

/**
 * The bytes of an Avro object container file as they are, once its header is known to be sound: a decoder that believes
 * a damaged count of entries goes on for as many as that, which takes years.
 * @throws Error that says what is wrong with the header
 */
export async function* withSoundHeader(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (!hasWholeHeader(head)) continue;
    yield head;
    head = undefined;
  }
  if (head !== undefined) throw new Error('it ends too early');
}

/** False where more bytes are needed. @throws Error for what no header begins with */
export function hasWholeHeader(bytes: Buffer): boolean {
  const reader = new HeaderReader(bytes);
  reader.skip(MAGIC_BYTES);
  for (let entries = reader.number(); entries !== 0; entries = reader.number()) {
    // A negative count is followed by the bytes that its entries take.
    if (entries < 0) reader.number();
    for (let i = Math.abs(entries); i > 0 && reader.isInside; i--) {
      reader.skip(reader.number());
      reader.skip(reader.number());
    }
    if (!reader.isInside) break;
  }
  reader.skip(SYNC_BYTES);
  if (!reader.isInside && bytes.length > MAX_HEADER_BYTES) throw new Error('its header does not end');
  return reader.isInside;
}

class HeaderReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Nothing was read behind the end. */
  get isInside(): boolean {
    return this.#at <= this.#bytes.length;
  }

  skip(bytes: number): void {
    if (bytes < 0) throw new Error('its header is damaged');
    this.#at += bytes;
  }

  /** A zigzag number; 0 behind the end. */
  number(): number {
    let sum = 0;
    for (let i = 0; i < MAX_NUMBER_BYTES; i++) {
      const byte = this.#bytes[this.#at++] ?? 0;
      sum += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return sum % 2 === 0 ? sum / 2 : -(sum + 1) / 2;
    }
    throw new Error('its header is damaged');
  }
}
