/** Legacy telemetry documents that are used (spec/firefox.md). */
const LEGACY_TYPES = ['main', 'new-profile', 'deletion-request'] as const;
export type LegacyType = (typeof LEGACY_TYPES)[number];

/** Glean documents of `firefox-desktop` that are used. */
const GLEAN_TYPES = ['addons', 'baseline', 'deletion-request'] as const;
export type GleanType = (typeof GLEAN_TYPES)[number];

/** What the address of a request says about the ping in its body. */
export type Submission = LegacySubmission | GleanSubmission | UnreadSubmission;

export interface LegacySubmission {
  readonly kind: 'legacy';
  readonly type: LegacyType;
  readonly documentId: string;
  /** The update channel of the browser: the derived tables take it from here, not from the body. */
  readonly channel: string;
}

export interface GleanSubmission {
  readonly kind: 'glean';
  readonly type: GleanType;
  readonly documentId: string;
}

/** A ping that is answered and counted, but not read. */
export interface UnreadSubmission {
  readonly kind: 'unread';
  /** `unused`: another document type; `other-app`: not Firefox; `unknown`: no address of a ping that is known. */
  readonly reason: 'unused' | 'other-app' | 'unknown';
}

/** The document type as metrics and rejections may name it: a fixed set of names. */
export type DocumentTypeLabel = LegacyType | GleanType | 'other';

const PREFIX = '/submit/';
const LEGACY_NAMESPACE = 'telemetry';
const GLEAN_NAMESPACE = 'firefox-desktop';
/** The version of the Glean ping shape that is read. */
const GLEAN_VERSION = '1';
const APP = 'Firefox';

/**
 * Reads the address of a submission:
 * `/submit/telemetry/<docId>/<type>/<app>/<version>/<channel>/<build>?v=4` or
 * `/submit/<namespace>/<type>/<version>/<docId>`. Never throws: what is not understood is not read.
 */
export function parseSubmission(url: string): Submission {
  const parts = pathParts(url);
  if (parts === undefined) return unread('unknown');
  const [first, second, third, fourth, fifth, sixth, seventh] = parts;
  if (first === LEGACY_NAMESPACE && parts.length === 7) {
    if (second === undefined || sixth === undefined || sixth === '' || seventh === undefined) {
      return unread('unknown');
    }
    const type = LEGACY_TYPES.find((used) => used === third);
    if (type === undefined) return unread('unused');
    if (fourth !== APP || fifth === undefined) return unread('other-app');
    return { kind: 'legacy', type, documentId: second, channel: sixth };
  }
  if (parts.length !== 4 || first === LEGACY_NAMESPACE || fourth === undefined) return unread('unknown');
  const type = GLEAN_TYPES.find((used) => used === second);
  if (first !== GLEAN_NAMESPACE || type === undefined || third !== GLEAN_VERSION) return unread('unused');
  return { kind: 'glean', type, documentId: fourth };
}

/** The bounded name of what a submission carries. */
export function documentTypeOf(submission: Submission): DocumentTypeLabel {
  return submission.kind === 'unread' ? 'other' : submission.type;
}

function unread(reason: UnreadSubmission['reason']): UnreadSubmission {
  return { kind: 'unread', reason };
}

/** The decoded segments below `/submit/`; a slash at the end is allowed. Undefined where they cannot be read. */
function pathParts(url: string): string[] | undefined {
  const query = url.indexOf('?');
  const path = query < 0 ? url : url.slice(0, query);
  if (!path.startsWith(PREFIX)) return undefined;
  const trimmed = path.endsWith('/') ? path.slice(PREFIX.length, -1) : path.slice(PREFIX.length);
  try {
    return trimmed.split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
