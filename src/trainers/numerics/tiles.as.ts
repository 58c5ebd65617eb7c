/**
 * The inner loops of symmetric-inverse.ts, on square tiles of doubles, row after row. Their memory begins with the
 * addresses in the order of the columns in tile-kernel.ts. Each product is of a tile and a transposed one, so that all
 * rows are read along; the sums of even and of odd places are added at last, which has the same shape always.
 */
const enum Slot {
  size,
  left,
  right,
  out,
}

@inline
function slot(name: Slot): usize {
  return load<u32>(<usize>name << 2);
}

@inline
function both(sum: v128): f64 {
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

@inline
function add(at: usize, sum: f64): void {
  store<f64>(at, load<f64>(at) + sum);
}

@inline
function mulAdd(a: v128, b: v128, c: v128): v128 {
  return f64x2.add(c, f64x2.mul(a, b));
}

/** out += left * right transposed. */
export function addProduct(): void {
  const bytes = slot(Slot.size) << 3;
  const left = slot(Slot.left);
  const right = slot(Slot.right);
  const leftEnd = left + slot(Slot.size) * bytes;
  const rightEnd = right + slot(Slot.size) * bytes;
  let outRow = slot(Slot.out);
  for (let row = left; row < leftEnd; row += bytes << 2) {
    let out = outRow;
    for (let column = right; column < rightEnd; column += bytes << 1) {
      let a0 = f64x2.splat(0);
      let a1 = f64x2.splat(0);
      let a2 = f64x2.splat(0);
      let a3 = f64x2.splat(0);
      let b0 = f64x2.splat(0);
      let b1 = f64x2.splat(0);
      let b2 = f64x2.splat(0);
      let b3 = f64x2.splat(0);
      let x0 = row;
      let x1 = x0 + bytes;
      let x2 = x1 + bytes;
      let x3 = x2 + bytes;
      let y0 = column;
      let y1 = y0 + bytes;
      for (const end = row + bytes; x0 < end; ) {
        const p = v128.load(y0);
        const q = v128.load(y1);
        let x = v128.load(x0);
        a0 = mulAdd(x, p, a0);
        b0 = mulAdd(x, q, b0);
        x = v128.load(x1);
        a1 = mulAdd(x, p, a1);
        b1 = mulAdd(x, q, b1);
        x = v128.load(x2);
        a2 = mulAdd(x, p, a2);
        b2 = mulAdd(x, q, b2);
        x = v128.load(x3);
        a3 = mulAdd(x, p, a3);
        b3 = mulAdd(x, q, b3);
        x0 += 16;
        x1 += 16;
        x2 += 16;
        x3 += 16;
        y0 += 16;
        y1 += 16;
      }
      add(out, both(a0));
      add(out + 8, both(b0));
      add(out + bytes, both(a1));
      add(out + bytes + 8, both(b1));
      add(out + (bytes << 1), both(a2));
      add(out + (bytes << 1) + 8, both(b2));
      add(out + bytes * 3, both(a3));
      add(out + bytes * 3 + 8, both(b3));
      out += 16;
    }
    outRow += bytes << 2;
  }
}
