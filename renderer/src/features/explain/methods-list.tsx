import { Button } from '@mantine/core';
import { IconLinkOff, IconTopologyStar3 } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { CellView, EndpointView } from '../../../../shared/contract/schemas.ts';
import { methodsFor } from './methods.ts';
import { useFlowRunner } from './use-flow.ts';
import { WhatIs } from '../../ui/what-is.tsx';

const ICONS = { network: IconTopologyStar3, unlink: IconLinkOff } as const;

/** How this pair could be stopped besides by the firewall: each opens its plan, or says why it cannot. */
export function MethodsList(props: {
  readonly from: EndpointView;
  readonly to: EndpointView;
  readonly channels: CellView['channels'];
  readonly disabled: boolean;
  /** Why the engine allows none of them; null: it does. */
  readonly limit: string | null;
}): ReactElement {
  const { t } = useTranslation();
  const runner = useFlowRunner();
  const { from, to } = props;
  const pair = { from: from.id, to: to.id };
  return (
    <details className="methods" data-testid="methods">
      <summary>{t('methods.title')}</summary>
      <p className="quiet">
        {t('methods.about')} <WhatIs topic="blocking" />
      </p>
      <ul>
        {methodsFor(from, to, props.channels).map(({ method, not }) => {
          const Icon = ICONS[method];
          const why = props.limit ?? (not === null ? null : t(`methods.not.${not}`));
          return (
            <li key={method}>
              <Button
                variant="default"
                size="xs"
                leftSection={<Icon size={16} aria-hidden />}
                disabled={props.disabled || why !== null}
                aria-describedby={`method-${method}`}
                data-testid={`method-${method}`}
                onClick={() => void runner.plan(pair, { action: 'block', ...pair, method })}
              >
                {t(`methods.${method}`)}
              </Button>
              <p id={`method-${method}`} className="quiet">
                {why ?? t(`methods.about-${method}`)}
              </p>
            </li>
          );
        })}
      </ul>
    </details>
  );
}
