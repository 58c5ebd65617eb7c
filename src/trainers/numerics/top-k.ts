/**
 * The places of the k largest scores, best first; of equal ones the first. Scores of -Infinity are left out.
 *
 * @param into gets the places, at least k
 * @returns how many there are
 */
export function topK(scores: Float64Array, k: number, into: Uint32Array): number {
  if (k <= 0) return 0;
  let count = 0;
  // The first `count` places are a heap whose root is the worst of them.
  for (let place = 0; place < scores.length; place++) {
    const score = scores[place] ?? 0;
    if (count < k) {
      if (score === Number.NEGATIVE_INFINITY) continue;
      into[count++] = place;
      if (count === k) for (let at = (k >>> 1) - 1; at >= 0; at--) sink(into, at, k, scores);
    } else if (score > (scores[into[0] ?? 0] ?? 0)) {
      into[0] = place;
      sink(into, 0, k, scores);
    }
  }
  if (count < k) for (let at = (count >>> 1) - 1; at >= 0; at--) sink(into, at, count, scores);
  for (let end = count - 1; end > 0; end--) {
    const worst = into[0] ?? 0;
    into[0] = into[end] ?? 0;
    into[end] = worst;
    sink(into, 0, end, scores);
  }
  return count;
}

function sink(heap: Uint32Array, from: number, end: number, scores: Float64Array): void {
  const place = heap[from] ?? 0;
  let at = from;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= end) break;
    if (child + 1 < end && isWorse(heap[child + 1] ?? 0, heap[child] ?? 0, scores)) child++;
    if (!isWorse(heap[child] ?? 0, place, scores)) break;
    heap[at] = heap[child] ?? 0;
    at = child;
  }
  heap[at] = place;
}

function isWorse(a: number, b: number, scores: Float64Array): boolean {
  const x = scores[a] ?? 0;
  const y = scores[b] ?? 0;
  return x < y || (x === y && a > b);
}
