import { Readable } from 'node:stream';
import { inflateRaw } from 'node:zlib';
import avro from 'avsc';
import { messageOf, TaarError } from '../domain/errors.ts';
import { withSoundHeader } from './avro-header.ts';

/** The first bytes of an Avro object container file. */
export const AVRO_MAGIC: Uint8Array = Buffer.from('Obj\u0001', 'latin1');

/** Blocks have some tens of kB; one that unpacks to more than this would fill the memory. */
const MAX_BLOCK_BYTES = 256 * 2 ** 20;
/** Every block of a file ends with the same mark, and so does the file. */
const SYNC_BYTES = 16;

/**
 * The records of an Avro object container file, by the schema that it carries; a block at a time is in memory.
 * @throws TaarError `avro-unreadable` (halt): damaged, cut off, or packed with another codec than deflate
 */
export async function* readAvroFile(bytes: Readable): AsyncGenerator<unknown> {
  const decoder = new avro.streams.BlockDecoder({ codecs: CODECS });
  let sync: Buffer | undefined;
  let tail = Buffer.alloc(0);
  decoder.once('metadata', (_type: unknown, _codec: unknown, header: { readonly sync: Buffer }) => {
    sync = header.sync;
  });
  const sound = Readable.from(withSoundHeader(bytes), { objectMode: false });
  sound.on('data', (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk.subarray(-SYNC_BYTES)]).subarray(-SYNC_BYTES);
  });
  sound.once('error', (error) => decoder.destroy(error));
  try {
    yield* sound.pipe(decoder);
    // The decoder takes an end anywhere for the end.
    if (sync === undefined || !sync.equals(tail)) throw new Error('it ends too early');
  } catch (error) {
    throw new TaarError('avro-unreadable', 'halt', `the Avro file cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  } finally {
    sound.destroy();
    bytes.destroy();
  }
}

type Unpacked = (error: Error | null, data?: Buffer) => void;

const CODECS = {
  null: (block: Buffer, done: Unpacked) => done(null, block),
  deflate: (block: Buffer, done: Unpacked) => inflateRaw(block, { maxOutputLength: MAX_BLOCK_BYTES }, done),
};
