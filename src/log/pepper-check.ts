import type { ClientKeys } from '../domain/client-key.ts';
import { TaarError } from '../domain/errors.ts';
import type { EventLog } from './event-log.ts';

/**
 * Sees that this process makes the same client keys as all others on the log. The first one on a new log decides.
 * @throws TaarError `pepper-mismatch` (halt)
 */
export async function checkPepper(log: Pick<EventLog, 'property'>, keys: ClientKeys): Promise<void> {
  const own = keys.checkValue();
  const kept = await log.property('pepper-check', own);
  if (kept === own) return;
  const was = kept === 'none' ? 'without a pepper' : 'with another pepper';
  throw new TaarError(
    'pepper-mismatch',
    'halt',
    `the clients in this log were keyed ${was}: none of them would be found; ` +
      `${kept === 'none' ? 'unset CLIENT_KEY_PEPPER' : 'set CLIENT_KEY_PEPPER to the one of that time'}, ` +
      'or start with another DATA_DIR, or another KAFKA_PREFIX',
  );
}
