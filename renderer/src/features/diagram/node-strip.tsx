import { Button, CloseButton } from '@mantine/core';
import { IconArrowRight, IconFocus2 } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FocusReach } from './focus-reach.ts';

/** What can be done from the chosen node, and what can be got to from the one in focus. */
export function NodeStrip(props: {
  readonly name: string;
  /** An endpoint of the matrix: others of the picture have no reach. */
  readonly isEndpoint: boolean;
  readonly focusName: string;
  readonly reach: FocusReach | null;
  /** Names on the way from the focus to the chosen node. */
  readonly path: readonly string[];
  readonly byControl: boolean;
  readonly isAsking: boolean;
  readonly onFocus: () => void;
  readonly onAsk: () => void;
  readonly onClose: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { reach } = props;
  return (
    <div className="diagram-strip" data-testid="diagram-strip">
      {reach ? (
        <div className="diagram-reach">
          <strong>{t('diagram.reach.title', { name: props.focusName })}</strong>{' '}
          {t('diagram.reach.count', { count: reach.count })}
          {reach.most > 1 && <> {t('diagram.reach.hops', { count: reach.most })}</>}
          {props.path.length > 1 && (
            <div className="diagram-path" data-testid="diagram-path">
              {props.path.join(' → ')}
              {props.byControl && <> {t('diagram.reach.control')}</>}
            </div>
          )}
        </div>
      ) : (
        <strong>{props.name}</strong>
      )}
      <span className="spacer" />
      {props.isAsking && <span>{t('diagram.ask-to')}</span>}
      {props.isEndpoint && (
        <>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconFocus2 size={14} />}
            onClick={props.onFocus}
            data-testid="diagram-focus"
          >
            {t(reach ? 'diagram.focus-off' : 'diagram.focus')}
          </Button>
          <Button
            size="xs"
            variant={props.isAsking ? 'filled' : 'default'}
            leftSection={<IconArrowRight size={14} />}
            onClick={props.onAsk}
            data-testid="diagram-ask"
          >
            {t('diagram.ask')}
          </Button>
        </>
      )}
      <CloseButton size="sm" aria-label={t('common.close')} onClick={props.onClose} />
    </div>
  );
}
