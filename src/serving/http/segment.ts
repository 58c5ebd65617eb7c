/** True for what may stand between two slashes: an encoded slash ends no segment, and an empty one is none. */
export function isSegment(decoded: string): boolean {
  return decoded !== '' && !decoded.includes('/');
}
