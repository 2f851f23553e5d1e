import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanView } from '../../../../shared/contract/schemas.ts';

type Effect = NonNullable<PlanView['effect']>;
type CellChange = Effect['closes'][number];

/** So many lines of a kind are listed; of more, how many. */
const SHOWN = 6;

/** What a method would do to the whole matrix: what it closes, what it leaves open, what else it changes. */
export function EffectList(props: { readonly effect: Effect }): ReactElement {
  const { t } = useTranslation();
  const { closes, stays, breaks, opens, names } = props.effect;
  const change = ({ from, to, before, after }: CellChange): ReactNode => (
    <>
      {from} → {to}: {t(`cell.${before}`)} → <strong>{t(`cell.${after}`)}</strong>
    </>
  );
  return (
    <div className="effect" data-testid="effect">
      <Part kind="closes" lines={closes.map(change)} />
      {closes.length === 0 && <p className="quiet">{t('effect.closes-none')}</p>}
      <Part
        kind="stays"
        lines={together(stays).map(({ from, to, kind, ports, addresses }) => (
          <>
            {from} → {to}: <Way kind={kind} /> {ports} <code>{addresses.join(', ')}</code>
          </>
        ))}
      />
      {stays.length > 0 && <p className="quiet">{t('effect.stays-firewall')}</p>}
      <Part kind="breaks" lines={breaks.map(change)} />
      <Part kind="opens" lines={opens.map(change)} />
      <Part
        kind="names"
        lines={names.map(({ from, to, names: lost }) => t('effect.name', { from, to, names: lost.join(', ') }))}
      />
    </div>
  );
}

interface Stay {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  readonly ports: string;
  readonly addresses: readonly string[];
}

/** One line for the same way at several addresses. */
function together(stays: Effect['stays']): readonly Stay[] {
  const found = new Map<string, Stay>();
  for (const { from, to, kind, ports, address } of stays) {
    const text = (ports ?? []).join(' ');
    const key = `${from}\n${to}\n${kind}\n${text}`;
    const addresses = found.get(key)?.addresses ?? [];
    found.set(key, { from, to, kind, ports: text, addresses: address === '' ? addresses : [...addresses, address] });
  }
  return [...found.values()];
}

function Way(props: { readonly kind: string }): ReactElement {
  const { t, i18n } = useTranslation();
  const key = `channel.${props.kind}`;
  return <>{i18n.exists(key) ? t(key as 'channel.bridge') : props.kind}</>;
}

function Part(props: {
  readonly kind: 'closes' | 'stays' | 'breaks' | 'opens' | 'names';
  readonly lines: readonly ReactNode[];
}): ReactElement | null {
  const { t } = useTranslation();
  const { kind, lines } = props;
  if (lines.length === 0) return null;
  const more = lines.length - SHOWN;
  return (
    <section data-kind={kind}>
      <h4>{t(`effect.${kind}`)}</h4>
      <ul>
        {lines.slice(0, SHOWN).map((line, index) => (
          <li key={index}>{line}</li>
        ))}
        {more > 0 && <li className="quiet">{t('effect.more', { count: more })}</li>}
      </ul>
    </section>
  );
}
