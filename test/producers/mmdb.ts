/** A value of the MaxMind DB format, as far as a city database needs it. */
type MmdbValue = string | number | readonly MmdbValue[] | { readonly [key: string]: MmdbValue };

const STRING = 2;
const UINT32 = 6;
const MAP = 7;
const ARRAY = 11;
const RECORD_BITS = 32;
const SEPARATOR_BYTES = 16;
const MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');

/** The bytes of a small IPv4 MaxMind database: a value for each address. */
export function mmdb(places: Readonly<Record<string, MmdbValue>>): Buffer {
  const tree = new SearchTree();
  const values: Buffer[] = [];
  let offset = 0;
  for (const [address, value] of Object.entries(places)) {
    tree.add(address, offset);
    const bytes = encoded(value);
    values.push(bytes);
    offset += bytes.length;
  }
  const metadata = encoded({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_782_000_000,
    database_type: 'Test-City',
    description: { en: 'made by a test' },
    ip_version: 4,
    languages: ['en'],
    node_count: tree.nodeCount,
    record_size: RECORD_BITS,
  });
  return Buffer.concat([tree.bytes(), Buffer.alloc(SEPARATOR_BYTES), ...values, MARKER, metadata]);
}

type Branch = { readonly node: number } | { readonly offset: number } | undefined;

class SearchTree {
  readonly #nodes: [Branch, Branch][] = [[undefined, undefined]];

  get nodeCount(): number {
    return this.#nodes.length;
  }

  add(address: string, offset: number): void {
    const bits = address
      .split('.')
      .flatMap((part) => [...Number(part).toString(2).padStart(8, '0')].map(Number));
    let node = 0;
    bits.forEach((bit, depth) => {
      const branches = this.#nodes[node];
      if (branches === undefined) throw new Error('the tree has no such node');
      const next = branches[bit];
      if (depth === bits.length - 1) branches[bit] = { offset };
      else if (next !== undefined && 'node' in next) node = next.node;
      else {
        node = this.#nodes.push([undefined, undefined]) - 1;
        branches[bit] = { node };
      }
    });
  }

  bytes(): Buffer {
    const bytes = Buffer.alloc((this.#nodes.length * 2 * RECORD_BITS) / 8);
    this.#nodes.flat().forEach((branch, index) => {
      bytes.writeUInt32BE(this.#record(branch), (index * RECORD_BITS) / 8);
    });
    return bytes;
  }

  #record(branch: Branch): number {
    if (branch === undefined) return this.nodeCount;
    return 'node' in branch ? branch.node : this.nodeCount + SEPARATOR_BYTES + branch.offset;
  }
}

function encoded(value: MmdbValue): Buffer {
  if (typeof value === 'string')
    return Buffer.concat([header(STRING, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([header(UINT32, 4), bytes]);
  }
  if (Array.isArray(value)) return Buffer.concat([header(ARRAY, value.length), ...value.map(encoded)]);
  const entries = Object.entries(value);
  return Buffer.concat([header(MAP, entries.length), ...entries.flat().map(encoded)]);
}

/** Types above 7 stand in a second byte; sizes up to 28 stand in the first, larger ones up to 284 behind. */
function header(type: number, size: number): Buffer {
  const first = (type > 7 ? 0 : type << 5) | Math.min(size, 29);
  return Buffer.from([first, ...(type > 7 ? [type - 7] : []), ...(size >= 29 ? [size - 29] : [])]);
}
