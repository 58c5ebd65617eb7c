import { afterAll, beforeAll } from 'vitest';
import { describeEventLog } from '../../conformance/event-log.ts';
import { describeWith, kafkaBrokers } from '../../infra/services.ts';
import { ClusterLog } from './cluster-log.ts';

describeWith('kafka', 'on a real broker', () => {
  let cluster: ClusterLog;
  beforeAll(async () => {
    cluster = await ClusterLog.make(kafkaBrokers());
  });
  afterAll(() => cluster.close());

  describeEventLog('the log in Kafka', async () => {
    let log = await cluster.open();
    return {
      log,
      reopen: async () => {
        await log.close();
        log = await cluster.open();
        return log;
      },
    };
  });
});
