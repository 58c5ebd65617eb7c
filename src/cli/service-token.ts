import { readSettings } from '../ops/settings.ts';
import { UsageError } from './failure.ts';

/** Only when asked for: an address that was mistyped, or is another's service, must not be told the token. */
export const TOKEN_OPTION = ['--token', 'send API_TOKEN to the service of --url'] as const;

/**
 * The headers by which a service that has API_TOKEN set lets a command in; none where it is not asked for.
 * @throws UsageError where there is no token
 */
export function tokenHeaders(
  isAskedFor: boolean,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  if (!isAskedFor) return {};
  const { apiToken } = readSettings(env);
  if (apiToken === undefined) throw new UsageError('--token sends API_TOKEN, which is not set');
  return { authorization: `Bearer ${apiToken}` };
}
