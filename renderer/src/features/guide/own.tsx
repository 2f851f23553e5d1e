import { Loader } from '@mantine/core';
import type { ComponentType, ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '../../lib/client-context.tsx';
import { hashOf } from '../../lib/route.ts';
import { useApp } from '../../lib/store.ts';
import type { Topic } from '../../lib/topics.ts';
import { useReading } from '../../lib/use-live.ts';
import { bytesWords } from '../../lib/words.ts';
import { ErrorCard } from '../../ui/error-card.tsx';
import { None } from './none.tsx';
import { OwnBlocking } from './own-blocking.tsx';
import { ownContainer, ownEngine, ownImage, ownLink, ownNames, ownNetwork, ownVolume } from './read-own.ts';

/** The newest layers say what was added last; more are on the image's own page. */
const LAYERS = 5;

const PARTS: Readonly<Record<Topic, ComponentType>> = {
  engine: OwnEngine,
  image: OwnImage,
  container: OwnContainer,
  network: OwnNetwork,
  link: OwnLink,
  volume: OwnVolume,
  discovery: OwnDiscovery,
  blocking: OwnBlocking,
};

/** What the connected engine has of a topic. */
export function Own({ topic }: { readonly topic: Topic }): ReactElement {
  const isConnected = useApp(({ engine, frame }) => engine?.phase === 'connected' && frame !== null);
  const Part = PARTS[topic];
  return isConnected ? <Part /> : <None />;
}

/** Read once for the engine that is connected. @param read must not change */
function Read<T>(props: {
  readonly read: (client: Client, signal: AbortSignal) => Promise<T | null>;
  readonly children: (value: T) => ReactNode;
}): ReactNode {
  const { t } = useTranslation();
  const address = useApp(({ engine }) => (engine && 'engine' in engine ? engine.engine.address : null));
  const { value, error, isReading } = useReading(props.read, address);
  if (error) return <ErrorCard error={error} />;
  if (value === null) return isReading ? <Loader size="sm" role="img" aria-label={t('common.loading')} /> : <None />;
  return <div data-testid="example">{props.children(value)}</div>;
}

function Facts({ facts }: { readonly facts: readonly (readonly [string, ReactNode])[] }): ReactElement {
  return (
    <dl className="facts guide-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function ContainerLink({ name }: { readonly name: string }): ReactElement {
  return <a href={hashOf('containers', name)}>{name}</a>;
}

function Names({ names }: { readonly names: readonly string[] }): ReactElement {
  return (
    <ul className="guide-names">
      {names.map((name) => (
        <li key={name}>
          <ContainerLink name={name} />
        </li>
      ))}
    </ul>
  );
}

function OwnEngine(): ReactElement {
  const { t, i18n } = useTranslation();
  const address = useApp((state) => (state.engine && 'engine' in state.engine ? state.engine.engine.address : ''));
  return (
    <Read read={ownEngine}>
      {({ detail, daemon }) => (
        <>
          <Facts
            facts={[
              [
                t('guide.engine.name'),
                <a key="name" href={hashOf('engine')}>
                  {detail.name || address}
                </a>,
              ],
              [t('engine.version'), detail.version],
              [t('guide.engine.api'), <code key="address">{address}</code>],
              [t('engines.fact.api'), t('engines.fact.api-text', { ...detail.api })],
              [
                t('guide.engine.daemon'),
                daemon?.kind === 'seen'
                  ? t('guide.engine.daemon-text', {
                      pid: daemon.pid,
                      memory: bytesWords(i18n.language, daemon.memory),
                    })
                  : t('guide.engine.daemon-unseen'),
              ],
              [
                t('guide.engine.parts'),
                [detail.defaultRuntime, ...detail.components.map(({ name, version }) => `${name} ${version}`)].join(
                  ', ',
                ),
              ],
              [t('engine.firewall'), detail.firewallBackend || t('engine.firewall-unknown')],
              [
                t('app.nav.containers'),
                detail.containers.running + detail.containers.paused + detail.containers.stopped,
              ],
            ]}
          />
          <p className="quiet">{t('guide.engine.note', { api: detail.api.used })}</p>
        </>
      )}
    </Read>
  );
}

function OwnImage(): ReactElement {
  const { t, i18n } = useTranslation();
  const size = (bytes: number): string => bytesWords(i18n.language, bytes);
  return (
    <Read read={ownImage}>
      {({ image, detail }) => (
        <>
          <Facts
            facts={[
              [
                t('guide.image.name'),
                <a key="name" href={hashOf('images', image.id)}>
                  {image.tags[0] ?? image.id}
                </a>,
              ],
              [
                t('guide.image.layers'),
                t('guide.image.layers-text', { count: detail.layers.length, size: size(image.size) }),
              ],
              [
                t('guide.image.users'),
                image.users.length === 0 ? (
                  t('guide.image.unused')
                ) : (
                  <Names key="users" names={image.users.map(({ name }) => name)} />
                ),
              ],
            ]}
          />
          <ol className="guide-layers">
            {detail.layers.slice(0, LAYERS).map(({ command, size: bytes, id }, index) => (
              <li key={`${id} ${String(index)}`}>
                <code>{command}</code> <span className="quiet">{size(bytes)}</span>
              </li>
            ))}
          </ol>
        </>
      )}
    </Read>
  );
}

function OwnContainer(): ReactElement {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 });
  return (
    <Read read={ownContainer}>
      {({ container, changes, startMs, sample }) => (
        <Facts
          facts={[
            [t('guide.container.name'), <ContainerLink key="name" name={container.name} />],
            [t('guide.container.image'), container.image],
            [
              t('guide.container.adds'),
              changes ? t('guide.container.adds-text', { ...changes }) : t('guide.container.untold'),
            ],
            [
              t('guide.container.start'),
              startMs === null
                ? t('guide.container.restarted')
                : t('guide.container.start-text', { seconds: number.format(startMs / 1000) }),
            ],
            [
              t('guide.container.costs'),
              sample
                ? t('guide.container.costs-text', {
                    cpu: number.format(sample.cpu),
                    memory: bytesWords(i18n.language, sample.memory),
                    pids: sample.pids,
                  })
                : t('guide.container.untold'),
            ],
          ]}
        />
      )}
    </Read>
  );
}

function OwnNetwork(): ReactElement {
  const { t } = useTranslation();
  return (
    <Read read={ownNetwork}>
      {({ name, driver, subnets, members, internal }) => (
        <>
          <Facts
            facts={[
              [
                t('guide.network.name'),
                <a key="name" href={hashOf('networks', name)}>
                  {name}
                </a>,
              ],
              [t('guide.network.driver'), driver],
              [
                t('guide.network.subnets'),
                <code key="subnets">{subnets.map(({ subnet }) => subnet).join(', ') || '–'}</code>,
              ],
              [t('guide.network.outside'), internal ? t('guide.network.internal') : t('guide.network.external')],
            ]}
          />
          <ul className="guide-names">
            {members.map(({ id, name: member, ipv4, ipv6 }) => (
              <li key={id}>
                <ContainerLink name={member} /> <code>{ipv4 ?? ipv6 ?? ''}</code>
              </li>
            ))}
          </ul>
        </>
      )}
    </Read>
  );
}

function OwnLink(): ReactElement {
  const { t } = useTranslation();
  return (
    <Read read={ownLink}>
      {({ from, to, alias }) => (
        <p>
          {t('guide.link.found', { from, to, alias })} <a href={hashOf('matrix', from, to)}>{t('guide.cell')}</a>
        </p>
      )}
    </Read>
  );
}

function OwnVolume(): ReactElement {
  const { t } = useTranslation();
  return (
    <Read read={ownVolume}>
      {({ name, users }) => (
        <>
          <p>
            <a href={hashOf('volumes', name)}>{name}</a> – {t('guide.volume.users', { count: users.length })}
          </p>
          <ul className="guide-names">
            {users.map(({ id, name: user, destination, writable }) => (
              <li key={`${id} ${destination}`}>
                <ContainerLink name={user} /> <code>{destination}</code>{' '}
                <span className="quiet">{writable ? t('guide.volume.writes') : t('guide.volume.reads')}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Read>
  );
}

/** More are on the page of all names. */
const NAMES = 6;

function OwnDiscovery(): ReactElement {
  const { t } = useTranslation();
  return (
    <Read read={ownNames}>
      {({ network, names, registries }) => (
        <>
          {names.length > 0 && (
            <>
              <p>{t('guide.discovery.names', { network })}</p>
              <ul className="guide-names">
                {names.slice(0, NAMES).map(({ name, holders }) => (
                  <li key={name}>
                    <code>{name}</code> → {holders.join(', ')}
                  </li>
                ))}
              </ul>
            </>
          )}
          {registries.length > 0 && (
            <>
              <p>{t('guide.discovery.registries')}</p>
              <ul className="guide-names">
                {registries.map(({ name, tool }) => (
                  <li key={name}>
                    <ContainerLink name={name} /> <span className="quiet">{tool}</span>
                  </li>
                ))}
              </ul>
            </>
          )}
          <a href={hashOf('services', 'names')}>{t('guide.discovery.all')}</a>
        </>
      )}
    </Read>
  );
}
