/** Consul's HTTP catalogue: every service, then each one's instances. */
import { mapLimited } from '../../lib/limit.ts';
import { arrayOf, numberOf, objectOf, textOf } from '../inventory/json.ts';
import { entryOf, MAX_ENTRIES, type CatalogueReader } from './reader.ts';

/** Services asked about; a catalogue with more is read in part. */
const MAX_SERVICES = 200;
const IN_FLIGHT = 4;

export const consul: CatalogueReader = {
  port: 8500,
  read: async (ask) => {
    const services = Object.keys(objectOf(await ask({ path: '/v1/catalog/services' }))).slice(0, MAX_SERVICES);
    const found = await mapLimited(services, IN_FLIGHT, async (name) => {
      const instances = arrayOf(await ask({ path: `/v1/catalog/service/${encodeURIComponent(name)}` }));
      return instances.flatMap((item) => {
        const instance = objectOf(item);
        const address = textOf(instance['ServiceAddress']) || textOf(instance['Address']);
        return entryOf(name, address, numberOf(instance['ServicePort']));
      });
    });
    return found.flat().slice(0, MAX_ENTRIES);
  },
};
