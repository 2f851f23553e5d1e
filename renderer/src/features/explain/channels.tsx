import type { TFunction } from 'i18next';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { CellView } from '../../../../shared/contract/schemas.ts';
import type { Topic } from '../../lib/topics.ts';
import { RuleTag } from './rule-tag.tsx';
import { WhatIs } from '../../ui/what-is.tsx';

type Channel = CellView['channels'][number];

/** Ways of which the guide has more to say than of networks. */
const TOPIC_OF: ReadonlyMap<string, Topic> = new Map([
  ['link', 'link'],
  ['link-variables', 'link'],
  ['link-alias', 'link'],
  ['dns', 'discovery'],
  ['hosts-entry', 'discovery'],
  ['catalogue', 'discovery'],
  ['proxy', 'discovery'],
  ['volume', 'volume'],
  ['volume-folder', 'volume'],
  ['bind', 'volume'],
  ['docker-sock', 'engine'],
  ['docker-api', 'engine'],
]);

/** Every way something can pass: packets first, then names, data and control. */
export function Channels(props: { readonly channels: readonly Channel[] }): ReactElement {
  const { t } = useTranslation();
  const network = props.channels.filter(({ layer }) => layer === 'network');
  const beside = props.channels.filter(({ layer }) => layer !== 'network');
  return (
    <>
      <section className="panel-section">
        <h3>
          {t('explain.channels.title')} <WhatIs topic="network" />
        </h3>
        {network.length === 0 ? <p className="quiet">{t('explain.channels.none')}</p> : <List channels={network} />}
      </section>
      {beside.length > 0 && (
        <section className="panel-section">
          <h3>{t('explain.channels.beside')}</h3>
          <p className="quiet">{t('explain.channels.beside-text')}</p>
          <List channels={beside} />
        </section>
      )}
    </>
  );
}

function List(props: { readonly channels: readonly Channel[] }): ReactElement {
  return (
    <ul className="channels">
      {props.channels.map((channel, index) => (
        <ChannelRow key={`${channel.kind} ${channel.via} ${channel.address} ${index}`} channel={channel} />
      ))}
    </ul>
  );
}

/** The ports of a way: those named, all, or all but some. */
function portsText({ ports, except }: Channel, t: TFunction): string {
  if (ports) return ports.join(', ');
  return except ? t('explain.channel.ports-except', { ports: except.join(', ') }) : t('explain.channel.all-ports');
}

function ChannelRow(props: { readonly channel: Channel }): ReactElement {
  const { t, i18n } = useTranslation();
  const { channel } = props;
  const key = `channel.${channel.kind}`;
  const topic = TOPIC_OF.get(channel.kind);
  return (
    <li data-verdict={channel.verdict}>
      <div className="channel-head">
        <span className="channel-kind">
          {i18n.exists(key) ? t(key as 'channel.bridge') : channel.kind} {topic && <WhatIs topic={topic} />}
        </span>
        <span className={`state state-${channel.verdict}`}>{t(`explain.channel.${channel.verdict}`)}</span>
      </div>
      <div className="channel-facts">
        {channel.layer !== 'network' && <span>{t(`layer.${channel.layer}`)}</span>}
        {channel.via !== '' && <span>{t('explain.channel.via', { via: channel.via })}</span>}
        {channel.address !== '' && <code>{channel.address}</code>}
        {channel.layer === 'network' && <span>{portsText(channel, t)}</span>}
        {channel.rules.map((rule) => (
          <RuleTag key={rule} rule={rule} />
        ))}
      </div>
      {channel.names && <Names names={channel.names} />}
    </li>
  );
}

/** A legacy link may hand over a hundred variables: the first few say what kind of names these are. */
const NAMES_SHOWN = 8;

function Names(props: { readonly names: readonly string[] }): ReactElement {
  const { t } = useTranslation();
  const shown = props.names.slice(0, NAMES_SHOWN);
  const more = props.names.slice(NAMES_SHOWN);
  return (
    <>
      <NameList names={shown} />
      {more.length > 0 && (
        <details className="channel-more">
          <summary>{t('explain.channel.more-names', { count: more.length })}</summary>
          <NameList names={more} />
        </details>
      )}
    </>
  );
}

function NameList(props: { readonly names: readonly string[] }): ReactElement {
  return (
    <ul className="channel-names">
      {props.names.map((name) => (
        <li key={name}>
          <code>{name}</code>
        </li>
      ))}
    </ul>
  );
}
