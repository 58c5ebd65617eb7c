import { TaarError } from '../../domain/errors.ts';
import type { Offset } from '../event-log.ts';
import type { TopicName } from '../topics.ts';

/** Somebody stands behind the end of a partition: the log has lost records, or is another one. */
export class OffsetOutOfRange extends TaarError {
  readonly partition: number;

  constructor(topic: TopicName, partition: number, offset: Offset, end: Offset) {
    super(
      'offset-out-of-range',
      'halt',
      `${topic}/${partition} ends at offset ${end} and cannot be read from ${offset}: the log has lost records or is ` +
        'another one; restore it, or rebuild what follows it',
    );
    this.name = 'OffsetOutOfRange';
    this.partition = partition;
  }
}
