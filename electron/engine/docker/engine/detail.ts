/** What an engine says of itself: `GET /info` and `GET /version`, which agree on hardly any name between versions. */
import type { EngineDetail } from '../../../../shared/contract/engine.ts';
import { warningCode } from '../../../../shared/engine/warnings.ts';
import { arrayOf, numberOf, objectOf, textOf, textsOf, type JsonObject } from '../../inventory/json.ts';

export function toDetail(info: JsonObject, version: JsonObject, used: string): EngineDetail {
  const registry = objectOf(info['RegistryConfig']);
  const indexes = Object.values(objectOf(registry['IndexConfigs'])).map(objectOf);
  const swarm = objectOf(info['Swarm']);
  return {
    name: textOf(info['Name']),
    version: textOf(version['Version']) || textOf(info['ServerVersion']),
    commit: textOf(version['GitCommit']),
    builtAt: textOf(version['BuildTime']),
    api: { used, oldest: textOf(version['MinAPIVersion']), newest: textOf(version['ApiVersion']) },
    operatingSystem: textOf(info['OperatingSystem']),
    kernel: textOf(info['KernelVersion']),
    architecture: [textOf(info['OSType']), textOf(info['Architecture'])].filter(Boolean).join('/'),
    cpus: numberOf(info['NCPU']),
    memory: numberOf(info['MemTotal']),
    storageDriver: textOf(info['Driver']),
    storageFacts: arrayOf(info['DriverStatus']).flatMap((pair) => {
      const [name, value] = textsOf(pair);
      return name === undefined ? [] : [{ name, value: value ?? '' }];
    }),
    rootDir: textOf(info['DockerRootDir']),
    loggingDriver: textOf(info['LoggingDriver']),
    cgroupDriver: textOf(info['CgroupDriver']),
    cgroupVersion: textOf(info['CgroupVersion']),
    security: textsOf(info['SecurityOptions']).map(securityOption),
    runtimes: Object.keys(objectOf(info['Runtimes'])).sort(),
    defaultRuntime: textOf(info['DefaultRuntime']),
    mirrors: [...textsOf(registry['Mirrors'])],
    insecureRegistries: [
      ...textsOf(registry['InsecureRegistryCIDRs']),
      ...indexes.filter((index) => index['Secure'] === false).map((index) => textOf(index['Name'])),
    ],
    proxies: [
      ['HTTP', textOf(info['HttpProxy'])],
      ['HTTPS', textOf(info['HttpsProxy'])],
    ].flatMap(([name, value]) => (value ? [`${name} ${withoutPassword(value)}`] : [])),
    components: arrayOf(version['Components'])
      .map(objectOf)
      .map((part) => ({ name: textOf(part['Name']), version: textOf(part['Version']) }))
      .filter(({ name }) => name !== '' && name !== 'Engine'),
    firewallBackend: textOf(objectOf(info['FirewallBackend'])['Driver']),
    swarm: textOf(swarm['LocalNodeState']),
    liveRestore: info['LiveRestoreEnabled'] === true,
    containers: {
      running: numberOf(info['ContainersRunning']),
      paused: numberOf(info['ContainersPaused']),
      stopped: numberOf(info['ContainersStopped']),
    },
    images: numberOf(info['Images']),
    warnings: textsOf(info['Warnings']).map((text) => ({ code: warningCode(text), text })),
  };
}

/** `name=seccomp,profile=builtin` → `seccomp (builtin)`. */
function securityOption(option: string): string {
  const fields = new Map(option.split(',').map((field) => field.split('=', 2) as [string, string | undefined]));
  const name = fields.get('name') ?? option;
  const profile = fields.get('profile');
  return profile ? `${name} (${profile})` : name;
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//***@');
}
