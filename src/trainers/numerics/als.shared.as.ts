/**
 * The inner loops of als-memory.ts, which says what they mean and lays the memory out: it begins with numbers and
 * addresses in the order of Slot. Several threads run them on one memory; each writes only to its own scratch and to the
 * partial sums and rows that it was given. Single precision, four numbers side by side, `width` (a multiple of 8) to a
 * row; sums over all rows are kept in doubles, longer sums in parts. A result depends neither on the thread nor on how
 * rows were handed out.
 */
const enum Slot {
  width,
  gatherRows,
  partials,
  options,
  grams,
  scratch,
  scratchBytes,
  userFactors,
  itemFactors,
  /** Here begins the half-step for items, in the order of Half; after it the one for users. */
  halves,
}

const enum Half {
  sources,
  /** Rows with entries, one after the other; the others keep their zeros. */
  rows,
  starts,
  sourceOf,
  hasWeights,
  weights,
  lambdas,
}

const HALF_SLOTS: usize = 7;
/** The half-step that solves items from users; the other is 1. */
const ITEMS: usize = 0;
/** Rows whose products are summed before they join the others, so that long sums lose little. */
const ROWS_AT_ONCE: usize = 64;
/** Conjugate gradient: steps for each row, and the residual at which it is exact. */
const STEPS: i32 = 3;
const EXACT: f32 = 1e-20;
/** The least pivot: rounding may turn one of a nearly singular matrix negative. */
const LEAST_PIVOT: f32 = 1.2e-7;

@inline
function slot(name: Slot): usize {
  return load<u32>(<usize>name << 2);
}

@inline
function half(step: usize, name: Half): usize {
  return load<u32>((<usize>Slot.halves + step * HALF_SLOTS + <usize>name) << 2);
}

@inline
function sourceOf(step: usize): usize {
  return step == ITEMS ? slot(Slot.userFactors) : slot(Slot.itemFactors);
}

@inline
function destinationOf(step: usize): usize {
  return step == ITEMS ? slot(Slot.itemFactors) : slot(Slot.userFactors);
}

@inline
function alpha(): f32 {
  return load<f32>(slot(Slot.options));
}

/** A thread's scratch: its own copy of the Gram matrix, the gathered rows with two numbers each, the rest. */
@inline
function scratchOf(thread: usize): usize {
  return slot(Slot.scratch) + thread * slot(Slot.scratchBytes);
}

@inline
function matrixBytes(): usize {
  return slot(Slot.width) * slot(Slot.width) << 2;
}

@inline
function gatheredOf(thread: usize): usize {
  return scratchOf(thread) + matrixBytes();
}

@inline
function gatheredBytes(): usize {
  return slot(Slot.gatherRows) * slot(Slot.width) << 2;
}

/** How often each gathered row counts, and what it is multiplied by. */
@inline
function countsOf(thread: usize): usize {
  return gatheredOf(thread) + gatheredBytes();
}

@inline
function factorsOf(thread: usize): usize {
  return countsOf(thread) + (slot(Slot.gatherRows) << 2);
}

@inline
function workOf(thread: usize): usize {
  return factorsOf(thread) + (slot(Slot.gatherRows) << 2);
}

@inline
function dot(a: usize, b: usize, bytes: usize): f32 {
  let sum0 = f32x4.splat(0);
  let sum1 = f32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 32) {
    sum0 = f32x4.add(sum0, f32x4.mul(v128.load(a + i), v128.load(b + i)));
    sum1 = f32x4.add(sum1, f32x4.mul(v128.load(a + i, 16), v128.load(b + i, 16)));
  }
  const sum = f32x4.add(sum0, sum1);
  const pairs = f32x4.add(sum, v128.shuffle<f32>(sum, sum, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** `target += factor * row`, where both may be the same. */
@inline
function addScaled(target: usize, row: usize, factor: f32, bytes: usize): void {
  const times = f32x4.splat(factor);
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(target + i, f32x4.add(v128.load(target + i), f32x4.mul(times, v128.load(row + i))));
  }
}

/** `target += sum of factors[k] * rows[k]`, summed apart first. */
function addRows(target: usize, rows: usize, factors: usize, count: usize, bytes: usize): void {
  const last = factors + (count << 2);
  let i: usize = 0;
  for (; i + 128 <= bytes; i += 128) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let s4 = s0;
    let s5 = s0;
    let s6 = s0;
    let s7 = s0;
    let row = rows + i;
    for (let at = factors; at < last; at += 4) {
      const factor = v128.load32_splat(at);
      s0 = f32x4.add(s0, f32x4.mul(factor, v128.load(row)));
      s1 = f32x4.add(s1, f32x4.mul(factor, v128.load(row, 16)));
      s2 = f32x4.add(s2, f32x4.mul(factor, v128.load(row, 32)));
      s3 = f32x4.add(s3, f32x4.mul(factor, v128.load(row, 48)));
      s4 = f32x4.add(s4, f32x4.mul(factor, v128.load(row, 64)));
      s5 = f32x4.add(s5, f32x4.mul(factor, v128.load(row, 80)));
      s6 = f32x4.add(s6, f32x4.mul(factor, v128.load(row, 96)));
      s7 = f32x4.add(s7, f32x4.mul(factor, v128.load(row, 112)));
      row += bytes;
    }
    const to = target + i;
    v128.store(to, f32x4.add(v128.load(to), s0));
    v128.store(to, f32x4.add(v128.load(to, 16), s1), 16);
    v128.store(to, f32x4.add(v128.load(to, 32), s2), 32);
    v128.store(to, f32x4.add(v128.load(to, 48), s3), 48);
    v128.store(to, f32x4.add(v128.load(to, 64), s4), 64);
    v128.store(to, f32x4.add(v128.load(to, 80), s5), 80);
    v128.store(to, f32x4.add(v128.load(to, 96), s6), 96);
    v128.store(to, f32x4.add(v128.load(to, 112), s7), 112);
  }
  for (; i < bytes; i += 32) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let row = rows + i;
    for (let at = factors; at < last; at += 4) {
      const factor = v128.load32_splat(at);
      s0 = f32x4.add(s0, f32x4.mul(factor, v128.load(row)));
      s1 = f32x4.add(s1, f32x4.mul(factor, v128.load(row, 16)));
      row += bytes;
    }
    const to = target + i;
    v128.store(to, f32x4.add(v128.load(to), s0));
    v128.store(to, f32x4.add(v128.load(to, 16), s1), 16);
  }
}

/** Writes the products of a vector with each of the rows; up to three numbers after the last are written too. */
function dots(target: usize, rows: usize, vector: usize, count: usize, bytes: usize): void {
  for (let k: usize = 0; k < count; k += 4) {
    const row0 = rows + k * bytes;
    const row1 = row0 + bytes;
    const row2 = row1 + bytes;
    const row3 = row2 + bytes;
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    for (let i: usize = 0; i < bytes; i += 32) {
      const near = v128.load(vector + i);
      a = f32x4.add(a, f32x4.mul(near, v128.load(row0 + i)));
      b = f32x4.add(b, f32x4.mul(near, v128.load(row1 + i)));
      c = f32x4.add(c, f32x4.mul(near, v128.load(row2 + i)));
      d = f32x4.add(d, f32x4.mul(near, v128.load(row3 + i)));
      const far = v128.load(vector + i, 16);
      a = f32x4.add(a, f32x4.mul(far, v128.load(row0 + i, 16)));
      b = f32x4.add(b, f32x4.mul(far, v128.load(row1 + i, 16)));
      c = f32x4.add(c, f32x4.mul(far, v128.load(row2 + i, 16)));
      d = f32x4.add(d, f32x4.mul(far, v128.load(row3 + i, 16)));
    }
    const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
    const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
    const sums = f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
    v128.store(target + (k << 2), sums);
  }
}

/**
 * Writes to `matrix` the sum of `base` and the outer products of rows with themselves: tiles of four by eight of the
 * lower triangle, and what of the upper one shares a tile with it.
 */
function addOuter(matrix: usize, base: usize, rows: usize, count: usize, bytes: usize): void {
  const end = rows + count * bytes;
  for (let i: usize = 0; i < bytes; i += 16) {
    const line = (i >> 2) * bytes;
    for (let j: usize = 0; j <= i; j += 32) {
      let from = base + line + j;
      let a0 = v128.load(from);
      let a1 = v128.load(from, 16);
      from += bytes;
      let b0 = v128.load(from);
      let b1 = v128.load(from, 16);
      from += bytes;
      let c0 = v128.load(from);
      let c1 = v128.load(from, 16);
      from += bytes;
      let d0 = v128.load(from);
      let d1 = v128.load(from, 16);
      const left = i - j;
      for (let at = rows + j; at < end; at += bytes) {
        const right0 = v128.load(at);
        const right1 = v128.load(at, 16);
        const a = v128.load32_splat(at + left);
        a0 = f32x4.add(a0, f32x4.mul(a, right0));
        a1 = f32x4.add(a1, f32x4.mul(a, right1));
        const b = v128.load32_splat(at + left, 4);
        b0 = f32x4.add(b0, f32x4.mul(b, right0));
        b1 = f32x4.add(b1, f32x4.mul(b, right1));
        const c = v128.load32_splat(at + left, 8);
        c0 = f32x4.add(c0, f32x4.mul(c, right0));
        c1 = f32x4.add(c1, f32x4.mul(c, right1));
        const d = v128.load32_splat(at + left, 12);
        d0 = f32x4.add(d0, f32x4.mul(d, right0));
        d1 = f32x4.add(d1, f32x4.mul(d, right1));
      }
      let to = matrix + line + j;
      v128.store(to, a0);
      v128.store(to, a1, 16);
      to += bytes;
      v128.store(to, b0);
      v128.store(to, b1, 16);
      to += bytes;
      v128.store(to, c0);
      v128.store(to, c1, 16);
      to += bytes;
      v128.store(to, d0);
      v128.store(to, d1, 16);
    }
  }
}

/** Sums the outer products of the sources, each as often as it counts, in doubles: parts from..to of all. */
export function sumGram(step: usize, from: usize, to: usize, thread: usize): void {
  for (let partial = from; partial < to; partial++) {
    const sources = half(step, Half.sources);
    const partials = slot(Slot.partials);
    const sum = slot(Slot.grams) + partial * (matrixBytes() << 1);
    memory.fill(sum, 0, matrixBytes() << 1);
    const end = sources * (partial + 1) / partials;
    for (let source = sources * partial / partials; source < end; source += ROWS_AT_ONCE) {
      addToGram(sum, step, source, min(ROWS_AT_ONCE, end - source), thread);
    }
  }
}

function addToGram(sum: usize, step: usize, source: usize, count: usize, thread: usize): void {
  const bytes = slot(Slot.width) << 2;
  const part = workOf(thread);
  let rows = sourceOf(step) + source * bytes;
  if (half(step, Half.hasWeights)) {
    const scaled = gatheredOf(thread);
    memory.fill(scaled, 0, count * bytes);
    for (let k: usize = 0; k < count; k++) {
      const weight = load<f32>(half(step, Half.weights) + ((source + k) << 2));
      addScaled(scaled + k * bytes, rows + k * bytes, sqrt<f32>(weight), bytes);
    }
    rows = scaled;
  }
  memory.fill(part, 0, matrixBytes());
  addOuter(part, part, rows, count, bytes);
  for (let at: usize = 0; at < matrixBytes(); at += 8) {
    const two = f64x2.promote_low_f32x4(v128.load64_zero(part + at));
    v128.store(sum + (at << 1), f64x2.add(v128.load(sum + (at << 1)), two));
  }
}

/** Gives a thread its copy of the whole Gram matrix, both triangles, from all parts. */
export function takeGram(thread: usize): void {
  const width = slot(Slot.width);
  const gram = scratchOf(thread);
  const partials = slot(Slot.partials);
  for (let i: usize = 0; i < width; i++) {
    for (let j: usize = 0; j <= i; j++) {
      let sum: f64 = 0;
      let at = slot(Slot.grams) + ((i * width + j) << 3);
      for (let partial: usize = 0; partial < partials; partial++) {
        sum += load<f64>(at);
        at += matrixBytes() << 1;
      }
      store<f32>(gram + ((i * width + j) << 2), <f32>sum);
      store<f32>(gram + ((j * width + i) << 2), <f32>sum);
    }
  }
}

/** Copies the rows of some entries together, with how often each counts. */
function gather(step: usize, entry: usize, count: usize, thread: usize): void {
  const bytes = slot(Slot.width) << 2;
  const source = sourceOf(step);
  const counts = countsOf(thread);
  const weights = half(step, Half.weights);
  const hasWeights = half(step, Half.hasWeights) != 0;
  let at = half(step, Half.sourceOf) + (entry << 2);
  let to = gatheredOf(thread);
  for (let k: usize = 0; k < count; k++) {
    const number = <usize>load<u32>(at);
    const from = source + number * bytes;
    for (let i: usize = 0; i < bytes; i += 32) {
      v128.store(to + i, v128.load(from + i));
      v128.store(to + i, v128.load(from + i, 16), 16);
    }
    store<f32>(counts + (k << 2), hasWeights ? load<f32>(weights + (number << 2)) : 1);
    at += 4;
    to += bytes;
  }
}

/**
 * `target += sum over a row's entries of count * (base + slope * (source . vector)) * source`.
 * @param fresh whether the entries must be gathered, though they fit into the scratch
 */
function addEntries(
  target: usize,
  vector: usize,
  step: usize,
  row: usize,
  base: f32,
  slope: f32,
  fresh: bool,
  thread: usize,
): void {
  const bytes = slot(Slot.width) << 2;
  const gatherRows = slot(Slot.gatherRows) - 4;
  const starts = half(step, Half.starts) + (row << 2);
  const end = <usize>load<u32>(starts, 4);
  const first = <usize>load<u32>(starts);
  const gathered = gatheredOf(thread);
  const counts = countsOf(thread);
  const factors = factorsOf(thread);
  const whole = end - first <= gatherRows;
  for (let entry = first; entry < end; entry += gatherRows) {
    const count = min(gatherRows, end - entry);
    if (fresh || !whole) gather(step, entry, count, thread);
    for (let k: usize = 0; k < count; k += ROWS_AT_ONCE) {
      const some = min(ROWS_AT_ONCE, count - k);
      const rows = gathered + k * bytes;
      dots(factors, rows, vector, some, bytes);
      for (let i: usize = 0; i < some; i += 4) {
        const line = f32x4.add(f32x4.splat(base), f32x4.mul(f32x4.splat(slope), v128.load(factors + (i << 2))));
        v128.store(factors + (i << 2), f32x4.mul(line, v128.load(counts + ((k + i) << 2))));
      }
      addRows(target, rows, factors, some, bytes);
    }
  }
}

/** Solves rows from..to of the half-step's list by conjugate gradient, from where they stand. */
export function solveByGradient(step: usize, from: usize, to: usize, thread: usize): void {
  const width = slot(Slot.width);
  const bytes = width << 2;
  const gram = scratchOf(thread);
  const residual = workOf(thread);
  const direction = residual + bytes;
  const image = direction + bytes;
  const strength = alpha();
  for (let at = from; at < to; at++) {
    const row = <usize>load<u32>(half(step, Half.rows) + (at << 2));
    const x = destinationOf(step) + row * bytes;
    const lambda = load<f32>(half(step, Half.lambdas) + (row << 2));
    memory.fill(image, 0, bytes);
    addRows(image, gram, x, width, bytes);
    addScaled(image, x, lambda, bytes);
    memory.fill(residual, 0, bytes);
    addEntries(residual, x, step, row, 1 + strength, -strength, true, thread);
    addScaled(residual, image, -1, bytes);
    memory.copy(direction, residual, bytes);
    let squares = dot(residual, residual, bytes);
    for (let i = 0; i < STEPS && squares > EXACT; i++) {
      memory.fill(image, 0, bytes);
      addRows(image, gram, direction, width, bytes);
      addScaled(image, direction, lambda, bytes);
      addEntries(image, direction, step, row, 0, strength, false, thread);
      const length = squares / dot(direction, image, bytes);
      addScaled(x, direction, length, bytes);
      if (i == STEPS - 1) break;
      addScaled(residual, image, -length, bytes);
      const next = dot(residual, residual, bytes);
      turn(direction, residual, next / squares, bytes);
      squares = next;
    }
  }
}

/** `direction = residual + factor * direction`. */
@inline
function turn(direction: usize, residual: usize, factor: f32, bytes: usize): void {
  const times = f32x4.splat(factor);
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(direction + i, f32x4.add(v128.load(residual + i), f32x4.mul(times, v128.load(direction + i))));
  }
}

// Cholesky's method: the work of a thread is four matrices and right sides, one more matrix for parts of long sums, and
// the four together: number by number, so that one instruction works on four systems.

/** Writes the matrix (lower triangle) and right side of a row. */
function buildSystem(matrix: usize, right: usize, step: usize, row: usize, thread: usize): void {
  const width = slot(Slot.width);
  const bytes = width << 2;
  const starts = half(step, Half.starts) + (row << 2);
  const end = <usize>load<u32>(starts, 4);
  const part = workOf(thread) + 4 * (matrixBytes() + bytes);
  const gathered = gatheredOf(thread);
  let base = scratchOf(thread);
  memory.fill(right, 0, bytes);
  for (let entry = <usize>load<u32>(starts); entry < end; entry += ROWS_AT_ONCE) {
    const count = min(ROWS_AT_ONCE, end - entry);
    gather(step, entry, count, thread);
    scaleGathered(step, count, thread);
    addRows(right, gathered, factorsOf(thread), count, bytes);
    if (base != matrix) {
      addOuter(matrix, base, gathered, count, bytes);
      base = matrix;
    } else {
      memory.fill(part, 0, matrixBytes());
      addOuter(part, part, gathered, count, bytes);
      addScaled(matrix, part, 1, matrixBytes());
    }
  }
  const lambda = load<f32>(half(step, Half.lambdas) + (row << 2));
  for (let i: usize = 0; i < width; i++) {
    const diagonal = matrix + (i * width + i << 2);
    store<f32>(diagonal, load<f32>(diagonal) + lambda);
  }
}

/** Scales rows so that their outer products come out alpha times, and finds what makes right sides of them again. */
function scaleGathered(step: usize, count: usize, thread: usize): void {
  const bytes = slot(Slot.width) << 2;
  const strength = alpha();
  const hasWeights = half(step, Half.hasWeights) != 0;
  let row = gatheredOf(thread);
  let scale = sqrt<f32>(strength);
  let back = (<f32>1 + strength) / scale;
  for (let k: usize = 0; k < count; k++) {
    if (hasWeights) {
      const weight = load<f32>(countsOf(thread) + (k << 2));
      scale = sqrt<f32>(strength * weight);
      back = (<f32>1 + strength) * weight / scale;
    }
    const times = f32x4.splat(scale);
    for (let i: usize = 0; i < bytes; i += 32) {
      v128.store(row + i, f32x4.mul(v128.load(row + i), times));
      v128.store(row + i, f32x4.mul(v128.load(row + i, 16), times), 16);
    }
    store<f32>(factorsOf(thread) + (k << 2), back);
    row += bytes;
  }
}

/** Four by four numbers, turned: one of each of four systems side by side. */
function turnFour(to: usize, a: v128, b: v128, c: v128, d: v128, next: usize): void {
  const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(ab0, cd0, 0, 1, 4, 5));
  v128.store(to + next, v128.shuffle<f32>(ab0, cd0, 2, 3, 6, 7));
  v128.store(to + 2 * next, v128.shuffle<f32>(ab1, cd1, 0, 1, 4, 5));
  v128.store(to + 3 * next, v128.shuffle<f32>(ab1, cd1, 2, 3, 6, 7));
}

/** Brings four matrices and right sides together: the right sides become the last line. */
function bringTogether(together: usize, matrices: usize, width: usize): void {
  const bytes = width << 2;
  // A right side follows its matrix, as one more line.
  const apart = (width + 1) * bytes;
  for (let i: usize = 0; i <= width; i++) {
    const end = i < width ? (i << 2) + 4 : bytes;
    for (let j: usize = 0; j < end; j += 16) {
      const at = matrices + i * bytes + j;
      turnFour(
        together + ((i * width << 4) + (j << 2)),
        v128.load(at),
        v128.load(at + apart),
        v128.load(at + 2 * apart),
        v128.load(at + 3 * apart),
        16,
      );
    }
  }
}

/**
 * Turns the lower triangles into Cholesky's factors, two lines by two columns at a time, with the inverse of the
 * diagonal beside it, and the last line into the solution of the factor's own equations.
 */
function factorise(together: usize, inverses: usize, width: usize): void {
  const line = width << 4;
  for (let i: usize = 0; i < width; i += 2) {
    const row0 = together + i * line;
    const row1 = row0 + line;
    for (let j: usize = 0; j < i; j += 2) {
      const column0 = together + j * line;
      const column1 = column0 + line;
      const here = j << 4;
      let a0 = v128.load(row0 + here);
      let a1 = v128.load(row0 + here, 16);
      let b0 = v128.load(row1 + here);
      let b1 = v128.load(row1 + here, 16);
      for (let k: usize = 0; k < here; k += 16) {
        const left0 = v128.load(row0 + k);
        const left1 = v128.load(row1 + k);
        const right0 = v128.load(column0 + k);
        const right1 = v128.load(column1 + k);
        a0 = f32x4.sub(a0, f32x4.mul(left0, right0));
        a1 = f32x4.sub(a1, f32x4.mul(left0, right1));
        b0 = f32x4.sub(b0, f32x4.mul(left1, right0));
        b1 = f32x4.sub(b1, f32x4.mul(left1, right1));
      }
      const inverse0 = v128.load(inverses + here);
      const inverse1 = v128.load(inverses + here, 16);
      const corner = v128.load(column1 + here);
      a0 = f32x4.mul(a0, inverse0);
      b0 = f32x4.mul(b0, inverse0);
      v128.store(row0 + here, a0);
      v128.store(row1 + here, b0);
      v128.store(row0 + here, f32x4.mul(f32x4.sub(a1, f32x4.mul(a0, corner)), inverse1), 16);
      v128.store(row1 + here, f32x4.mul(f32x4.sub(b1, f32x4.mul(b0, corner)), inverse1), 16);
    }
    const here = i << 4;
    const given0 = v128.load(row0 + here);
    const given1 = v128.load(row1 + here, 16);
    let a = given0;
    let b = v128.load(row1 + here);
    let c = given1;
    for (let k: usize = 0; k < here; k += 16) {
      const left = v128.load(row0 + k);
      const right = v128.load(row1 + k);
      a = f32x4.sub(a, f32x4.mul(left, left));
      b = f32x4.sub(b, f32x4.mul(left, right));
      c = f32x4.sub(c, f32x4.mul(right, right));
    }
    const inverse = inverseRoot(a, given0);
    b = f32x4.mul(b, inverse);
    v128.store(row1 + here, b);
    v128.store(inverses + here, inverse);
    v128.store(inverses + here, inverseRoot(f32x4.sub(c, f32x4.mul(b, b)), given1), 16);
  }
}

@inline
function inverseRoot(pivot: v128, given: v128): v128 {
  const least = f32x4.mul(given, f32x4.splat(LEAST_PIVOT));
  return f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.max(pivot, least)));
}

/** Solves four systems with the factors; the solutions take the place of the last line. */
function substitute(together: usize, inverses: usize, width: usize): void {
  const line = width << 4;
  const right = together + width * line;
  for (let j: usize = 0; j < width; j += 2) {
    const column0 = together + j * line;
    const column1 = column0 + line;
    const here = j << 4;
    let a0 = v128.load(right + here);
    let a1 = v128.load(right + here, 16);
    for (let k: usize = 0; k < here; k += 16) {
      const left = v128.load(right + k);
      a0 = f32x4.sub(a0, f32x4.mul(left, v128.load(column0 + k)));
      a1 = f32x4.sub(a1, f32x4.mul(left, v128.load(column1 + k)));
    }
    a0 = f32x4.mul(a0, v128.load(inverses + here));
    a1 = f32x4.mul(f32x4.sub(a1, f32x4.mul(a0, v128.load(column1 + here))), v128.load(inverses + here, 16));
    v128.store(right + here, a0);
    v128.store(right + here, a1, 16);
  }
  for (let j = width; j > 0; j--) {
    const here = (j - 1) << 4;
    const x = f32x4.mul(v128.load(right + here), v128.load(inverses + here));
    v128.store(right + here, x);
    const row = together + (j - 1) * line;
    for (let k: usize = 0; k < here; k += 16) {
      v128.store(right + k, f32x4.sub(v128.load(right + k), f32x4.mul(v128.load(row + k), x)));
    }
  }
}

/** Solves rows from..to of the half-step's list by Cholesky's method, four by four. */
export function solveByCholesky(step: usize, from: usize, to: usize, thread: usize): void {
  const width = slot(Slot.width);
  const bytes = width << 2;
  const matrices = workOf(thread);
  const apart = matrixBytes() + bytes;
  const together = matrices + 4 * apart + matrixBytes();
  const inverses = together + ((width + 1) * width << 4);
  const rows = half(step, Half.rows);
  for (let at = from; at < to; at += 4) {
    const count = min<usize>(4, to - at);
    for (let system: usize = 0; system < count; system++) {
      const matrix = matrices + system * apart;
      buildSystem(matrix, matrix + matrixBytes(), step, load<u32>(rows + ((at + system) << 2)), thread);
    }
    // What is missing of four is done as the first is, and thrown away.
    for (let system = count; system < 4; system++) memory.copy(matrices + system * apart, matrices, apart);
    bringTogether(together, matrices, width);
    factorise(together, inverses, width);
    substitute(together, inverses, width);
    const solved = together + width * (width << 4);
    for (let i: usize = 0; i < width; i += 4) {
      const quad = solved + (i << 4);
      const first = matrices + (i << 2);
      turnFour(first, v128.load(quad), v128.load(quad, 16), v128.load(quad, 32), v128.load(quad, 48), bytes);
    }
    for (let system: usize = 0; system < count; system++) {
      const row = <usize>load<u32>(rows + ((at + system) << 2));
      memory.copy(destinationOf(step) + row * bytes, matrices + system * bytes, bytes);
    }
  }
}
