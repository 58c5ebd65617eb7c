import type { EventLog } from '../../src/log/event-log.ts';
import { ModelPublisher } from '../../src/models/publisher.ts';
import { ModelLog, publicationOf, snapshotOf } from './model-log.ts';

/** The log, of a process that is killed as soon as a publisher's n-th append is durable; 0: before the first. */
function killedAfter(appends: number, log: EventLog): EventLog {
  let left = appends;
  const exclusiveWriter: EventLog['exclusiveWriter'] = async (name) => {
    const writer = await log.exclusiveWriter(name);
    return {
      append: async (records) => {
        if (left === 0) process.kill(process.pid, 'SIGKILL');
        const positions = await writer.append(records);
        left -= 1;
        if (left === 0) process.kill(process.pid, 'SIGKILL');
        return positions;
      },
    };
  };
  return new Proxy(log, {
    get: (target, name) => {
      if (name === 'exclusiveWriter') return exclusiveWriter;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const [, , folder = '', appends = '0', partners = '1'] = process.argv;
const { log, codec } = await ModelLog.open(folder);
const publisher = new ModelPublisher(killedAfter(Number(appends), log), codec, Date.now);
await publisher.publish(publicationOf('coinstall', snapshotOf('coinstall', 2, Number(partners))));
