import { COINSTALL, type CoinstallModel } from '../src/models/coinstall.ts';
import { encodeSnapshot } from '../src/models/encode-snapshot.ts';
import { RANKING } from '../src/models/ranking.ts';
import { StringTable } from '../src/models/string-table.ts';

/** Add-ons in the models: `add-on-0@bench.example` and so on. */
export const ADD_ONS = 5_000;
const ENTRY_BYTES = 8;

/** A coinstall snapshot of about so many bytes, whose counts begin with a mark, so that two of them differ. */
export function coinstallSnapshot(mark: number, bytes: number): Uint8Array {
  return encodeSnapshot(COINSTALL.encode(coinstallOf(mark, bytes)));
}

export function rankingSnapshot(): Uint8Array {
  const installs = new Uint32Array(ADD_ONS).fill(1000);
  return encodeSnapshot(RANKING.encode({ guids: guids(), installs }));
}

function coinstallOf(mark: number, bytes: number): CoinstallModel {
  const perRow = Math.floor(bytes / ENTRY_BYTES / ADD_ONS);
  const rowStarts = Uint32Array.from({ length: ADD_ONS + 1 }, (_, row) => row * perRow);
  const partners = new Uint32Array(ADD_ONS * perRow);
  const counts = new Uint32Array(ADD_ONS * perRow);
  for (let i = 0; i < partners.length; i++) {
    const row = Math.floor(i / perRow);
    partners[i] = (row + 1 + (i % perRow)) % ADD_ONS;
    counts[i] = mark + ((Math.imul(i, 0x9e3779b9) >>> 8) % 10_000);
  }
  return { guids: guids(), rowStarts, partners, counts };
}

function guids(): StringTable {
  return StringTable.of(Array.from({ length: ADD_ONS }, (_, i) => `add-on-${i}@bench.example`));
}
