import { constants } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import Bunzip from 'seek-bzip';
import { messageOf, TaarError } from '../../domain/errors.ts';
import { isGzipped } from '../../producers/gzip-magic.ts';

/** The longest text that V8 can hold as one string; a text beyond could not be parsed. */
export const MAX_TEXT_BYTES = constants.MAX_STRING_LENGTH;

const FIRST_OUTPUT_BYTES = 2 ** 20;
const unzip = promisify(gunzip);

/**
 * The text of a file that is plain, gzipped or bzipped, as its first bytes say. UTF-8.
 * @throws TaarError `artifact-unreadable` (halt) that names the file
 */
export async function unpackedText(path: string, maxBytes = MAX_TEXT_BYTES): Promise<string> {
  try {
    const bytes = await unpacked(await readFile(path), maxBytes);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new TaarError('artifact-unreadable', 'halt', `${path} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function unpacked(bytes: Buffer, maxBytes: number): Promise<Uint8Array> {
  if (isGzipped(bytes)) return unzip(bytes, { maxOutputLength: maxBytes });
  if (bytes.subarray(0, 3).toString('latin1') === 'BZh') return bunzipped(bytes, maxBytes);
  if (bytes.length > maxBytes) throw tooLarge(maxBytes);
  return bytes;
}

/** bzip2 does not say how much comes out; what would fill the memory is refused while it grows. */
function bunzipped(bytes: Buffer, maxBytes: number): Uint8Array {
  const output = new BoundedOutput(maxBytes);
  // Several streams one after the other are one file: that is how parallel packers write.
  Bunzip.decode(bytes, output, true);
  return output.bytes;
}

class BoundedOutput {
  readonly #maxBytes: number;
  #buffer = new Uint8Array(FIRST_OUTPUT_BYTES);
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  writeByte(byte: number): void {
    if (this.#length === this.#maxBytes) throw tooLarge(this.#maxBytes);
    if (this.#length === this.#buffer.length) {
      const grown = new Uint8Array(this.#buffer.length * 2);
      grown.set(this.#buffer);
      this.#buffer = grown;
    }
    this.#buffer[this.#length++] = byte;
  }
}

function tooLarge(maxBytes: number): TaarError {
  return new TaarError('artifact-unreadable', 'halt', `it has more than ${maxBytes} bytes unpacked`);
}
