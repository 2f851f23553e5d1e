/**
 * etcd's v3 gateway: every key, as long as there are not too many.  What the keys mean is a matter of who wrote them:
 * registrator (`/services/web/ID` = `10.0.0.2:80`) and SkyDNS (`/skydns/local/shop/web` = `{"host":"10.0.0.2","port":80}`) are
 * understood, anything else is passed over.
 */
import { arrayOf, numberOf, objectOf, textOf } from '../inventory/json.ts';
import { addressAndPort, entryOf, MAX_ENTRIES, type CatalogueReader } from './reader.ts';

/** From the first key to the last, as etcd writes "everything". */
const EVERY_KEY = Buffer.from('\0').toString('base64');

export const etcd: CatalogueReader = {
  port: 2379,
  read: async (ask) => {
    const body = { key: EVERY_KEY, range_end: EVERY_KEY, limit: MAX_ENTRIES };
    const answer = objectOf(await ask({ path: '/v3/kv/range', body }));
    return arrayOf(answer['kvs'])
      .flatMap((item) => {
        const pair = objectOf(item);
        return entriesOf(decoded(pair['key']), decoded(pair['value']));
      })
      .slice(0, MAX_ENTRIES);
  },
};

function entriesOf(key: string, value: string): ReturnType<typeof entryOf> {
  const parts = key.split('/').filter((part) => part !== '');
  if (value.startsWith('{')) {
    const record = objectOf(parsed(value));
    const name = parts[0] === 'skydns' ? parts.slice(1).reverse().join('.') : (parts.at(-2) ?? parts[0] ?? '');
    return entryOf(name, textOf(record['host']), numberOf(record['port']));
  }
  const place = addressAndPort(value);
  // A word is no address: only what has a port says where something is.
  return place && place.port > 0 && parts.length > 1 ? entryOf(parts.at(-2) ?? '', place.address, place.port) : [];
}

function decoded(value: unknown): string {
  return Buffer.from(textOf(value), 'base64').toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
