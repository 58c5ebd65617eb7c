import type RocksDB from 'rocksdb-native';
import type { IdentityStore } from '../identity.ts';
import { IDENTITY_KEY } from './stored-keys.ts';

/** Where a RocksDB view keeps what it is a view of. */
export function identityIn(db: RocksDB): IdentityStore {
  return { read: () => read(db), write: (identity) => write(db, identity), isEmpty: () => isEmpty(db) };
}

async function read(db: RocksDB): Promise<string | undefined> {
  const batch = db.read();
  try {
    const [value] = await Promise.all([batch.get(IDENTITY_KEY), batch.flush()]);
    return value?.toString();
  } finally {
    batch.destroy();
  }
}

async function write(db: RocksDB, identity: string): Promise<void> {
  const batch = db.write();
  try {
    batch.tryPut(IDENTITY_KEY, Buffer.from(identity));
    await batch.flush();
  } finally {
    batch.destroy();
  }
}

async function isEmpty(db: RocksDB): Promise<boolean> {
  for await (const _entry of db.iterator({}, { limit: 1 })) return false;
  return true;
}
