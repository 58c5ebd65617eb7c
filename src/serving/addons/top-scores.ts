/** Below this many entries, moving them one by one is faster than parting them. */
const INSERTION_SIZE = 16;

/**
 * Puts the best `limit` of the first `count` entries in front, in order: larger scores first, equal ones by ascending
 * key. No key may stand twice. What is behind them is in no order. A partial quicksort over two columns, since a
 * request sorts up to thousands of candidates and may not make an object of each.
 */
export function topScores(scores: Float64Array, keys: Uint32Array, count: number, limit: number): void {
  part(scores, keys, 0, count - 1, limit);
}

function part(scores: Float64Array, keys: Uint32Array, from: number, to: number, limit: number): void {
  let [low, high] = [from, to];
  while (high - low >= INSERTION_SIZE) {
    if (low >= limit) return;
    const middle = parted(scores, keys, low, high);
    // Into the smaller part first, so that a bad order cannot make the stack deep.
    if (middle - low < high - middle) {
      part(scores, keys, low, middle, limit);
      low = middle + 1;
    } else {
      part(scores, keys, middle + 1, high, limit);
      high = middle;
    }
  }
  if (low < limit) insertionSort(scores, keys, low, high);
}

/** Parts the range at the median of three (Hoare); the last place of the better part. */
function parted(scores: Float64Array, keys: Uint32Array, low: number, high: number): number {
  const middle = (low + high) >>> 1;
  if (precedes(scores, keys, middle, low)) swap(scores, keys, middle, low);
  if (precedes(scores, keys, high, low)) swap(scores, keys, high, low);
  if (precedes(scores, keys, high, middle)) swap(scores, keys, high, middle);
  const score = scores[middle] ?? 0;
  const key = keys[middle] ?? 0;
  let [i, j] = [low, high];
  for (;;) {
    while (comesBefore(scores[i] ?? 0, keys[i] ?? 0, score, key)) i++;
    while (comesBefore(score, key, scores[j] ?? 0, keys[j] ?? 0)) j--;
    if (i >= j) return j;
    swap(scores, keys, i++, j--);
  }
}

function insertionSort(scores: Float64Array, keys: Uint32Array, low: number, high: number): void {
  for (let i = low + 1; i <= high; i++) {
    const score = scores[i] ?? 0;
    const key = keys[i] ?? 0;
    let at = i;
    while (at > low && comesBefore(score, key, scores[at - 1] ?? 0, keys[at - 1] ?? 0)) {
      scores[at] = scores[at - 1] ?? 0;
      keys[at] = keys[at - 1] ?? 0;
      at--;
    }
    scores[at] = score;
    keys[at] = key;
  }
}

function precedes(scores: Float64Array, keys: Uint32Array, a: number, b: number): boolean {
  return comesBefore(scores[a] ?? 0, keys[a] ?? 0, scores[b] ?? 0, keys[b] ?? 0);
}

function comesBefore(score: number, key: number, otherScore: number, otherKey: number): boolean {
  return score > otherScore || (score === otherScore && key < otherKey);
}

function swap(scores: Float64Array, keys: Uint32Array, a: number, b: number): void {
  const score = scores[a] ?? 0;
  const key = keys[a] ?? 0;
  scores[a] = scores[b] ?? 0;
  keys[a] = keys[b] ?? 0;
  scores[b] = score;
  keys[b] = key;
}
