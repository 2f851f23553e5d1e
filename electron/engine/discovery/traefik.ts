/** Traefik's own API: which router sends which host names to which servers. */
import { hostsOfRule } from '../../../shared/reachability/routes.ts';
import { arrayOf, objectOf, textOf } from '../inventory/json.ts';
import { addressAndPort, entryOf, MAX_ENTRIES, type CatalogueReader } from './reader.ts';

export const traefik: CatalogueReader = {
  port: 8080,
  read: async (ask) => {
    const [routers, services] = await Promise.all([
      ask({ path: '/api/http/routers?per_page=1000' }),
      ask({ path: '/api/http/services?per_page=1000' }),
    ]);
    const servers = new Map(
      arrayOf(services).map((item) => {
        const service = objectOf(item);
        const urls = arrayOf(objectOf(service['loadBalancer'])['servers']).map((server) =>
          textOf(objectOf(server)['url']),
        );
        return [textOf(service['name']), urls] as const;
      }),
    );
    return arrayOf(routers)
      .map(objectOf)
      .flatMap((router) => {
        const service = textOf(router['service']);
        // A router of a provider names its services without it: `web` of `shop@docker` is `web@docker`.
        const urls = servers.get(service) ?? servers.get(`${service}@${textOf(router['provider'])}`) ?? [];
        const places = urls.map(addressAndPort).filter((place) => place !== null);
        return hostsOfRule(textOf(router['rule'])).flatMap((name) =>
          places.flatMap(({ address, port }) => entryOf(name, address, port)),
        );
      })
      .slice(0, MAX_ENTRIES);
  },
};
