import { onTestFinished } from 'vitest';
import { describeEventLog } from '../../conformance/event-log.ts';
import { TemporaryLog } from './temporary-log.ts';

describeEventLog('the embedded log', async () => {
  const temporary = await TemporaryLog.make();
  onTestFinished(() => temporary.remove());
  return { log: await temporary.open(), reopen: () => temporary.open() };
});
