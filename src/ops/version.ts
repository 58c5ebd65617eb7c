import { readFile } from 'node:fs/promises';
import { TaarError } from '../domain/errors.ts';

/** What `/__version__` answers (Dockerflow's `version.json`). */
export interface VersionInfo {
  readonly commit: string;
  readonly version: string;
  readonly source: string;
  readonly build: string;
}

/**
 * The content of `version.json` in the project's root, which a container build writes; without one, the version of
 * `package.json`, and commit, source and build from GIT_COMMIT, GIT_SOURCE and BUILD_URL (else empty).
 * @throws TaarError `version-invalid` (halt) where a file is there but is not a JSON object
 */
export async function readVersion(
  root: URL,
  env: Readonly<Record<string, string | undefined>>,
): Promise<VersionInfo> {
  const written = await readObject(new URL('version.json', root));
  if (written !== undefined) {
    const { commit, version, source, build } = written;
    return { commit: text(commit), version: text(version), source: text(source), build: text(build) };
  }
  const manifest = await readObject(new URL('package.json', root));
  return {
    commit: env.GIT_COMMIT ?? '',
    version: text(manifest?.version),
    source: env.GIT_SOURCE ?? '',
    build: env.BUILD_URL ?? '',
  };
}

async function readObject(file: URL): Promise<Readonly<Record<string, unknown>> | undefined> {
  const content = await readFile(file, 'utf8').catch(() => undefined);
  if (content === undefined) return undefined;
  const name = file.pathname.slice(file.pathname.lastIndexOf('/') + 1);
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Answered below: what is not JSON is no object either.
  }
  throw new TaarError('version-invalid', 'halt', `${name} is not a JSON object; write it again or remove it`);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
