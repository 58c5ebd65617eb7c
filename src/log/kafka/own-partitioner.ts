import type { ICustomPartitioner } from 'kafkajs';

/** We compute the partition ourselves, as readers check it; without one nothing may be sent. */
export const ownPartitioner: ICustomPartitioner =
  () =>
  ({ message: { partition } }) => {
    if (partition === undefined) throw new Error('a record without partition');
    return partition;
  };
