import { Kernel } from '../../domain/kernel.ts';
import { TILE_ROWS } from './symmetric-matrix.ts';

/** The compiled loops, made of tiles.as.ts. */
const TILE_KERNEL = new URL('./tiles.wasm', import.meta.url);

/** The functions of tiles.as.ts. */
interface TileLoops {
  /** out += left * right transposed. */
  addProduct(): void;
}

/** Starts the loops on three tiles of their own. */
export function startTiles() {
  const cells = TILE_ROWS * TILE_ROWS;
  // In the order of Slot in tiles.as.ts.
  const columns = {
    size: TILE_ROWS,
    left: new Float64Array(cells),
    right: new Float64Array(cells),
    out: new Float64Array(cells),
  };
  return new Kernel(TILE_KERNEL).start<typeof columns, TileLoops>(columns);
}
