/** `compose config --format json`, read into what is shown of it. */
import type { ComposeModel } from '../../../../shared/contract/compose.ts';
import { numberOf, objectOf, textOf, textsOf } from '../../inventory/json.ts';

export function modelOf(json: unknown): Omit<ComposeModel, 'active'> {
  const root = objectOf(json);
  const services = Object.entries(objectOf(root['services'])).map(([name, value]) => {
    const service = objectOf(value);
    const deploy = objectOf(service['deploy']);
    return {
      name,
      image: textOf(service['image']),
      builds: 'build' in service,
      profiles: [...textsOf(service['profiles'])],
      replicas: numberOf(service['scale'] ?? deploy['replicas'] ?? 1),
    };
  });
  const profiles = [...new Set(services.flatMap((one) => one.profiles))].toSorted();
  return { name: textOf(root['name']), services, profiles };
}
