import { type BinaryToTextEncoding, hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;
/** Messages are tokens, client keys and hashes: a longer one is no use of this. */
const MAX_MESSAGE_BYTES = 128;

/**
 * HMAC-SHA256 (RFC 2104) under one key, from two one-shot hashes: 0.7 µs where `createHmac` takes 13 (measured on
 * Node 24). In texts, not in buffers: making one of these costs more than the hash, and collecting it again as much.
 */
export class KeyedHash {
  readonly #inner = Buffer.alloc(BLOCK_BYTES + MAX_MESSAGE_BYTES, INNER_PAD);
  readonly #outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES, OUTER_PAD);

  /** @param key of any length; it is not kept */
  constructor(key: Uint8Array) {
    const block = key.length > BLOCK_BYTES ? hash('sha256', key, 'buffer') : key;
    for (const [i, byte] of block.entries()) {
      this.#inner[i] = byte ^ INNER_PAD;
      this.#outer[i] = byte ^ OUTER_PAD;
    }
  }

  /** The hash of a message of at most 128 bytes; in a text, each character is one byte. */
  of(message: Uint8Array | string, as: BinaryToTextEncoding): string {
    if (message.length > MAX_MESSAGE_BYTES) {
      throw new RangeError(`a message has at most ${MAX_MESSAGE_BYTES} bytes`);
    }
    if (typeof message === 'string') this.#inner.write(message, BLOCK_BYTES, 'binary');
    else this.#inner.set(message, BLOCK_BYTES);
    const inner = this.#inner.subarray(0, BLOCK_BYTES + message.length);
    this.#outer.write(hash('sha256', inner, 'binary'), BLOCK_BYTES, 'binary');
    return hash('sha256', this.#outer, as);
  }

  /** Overwrites what was made of the key. */
  forget(): void {
    this.#inner.fill(0);
    this.#outer.fill(0);
  }
}
