import { Button } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { actionOf } from '../../../../shared/actions/registry.ts';
import { useApp } from '../../lib/store.ts';
import { CLEARING, useAsk } from '../changes/use-ask.ts';
import { actionContext } from '../palette/use-action-context.ts';

/** Everything of Bulkhead's away from the engine that is open; what that does is shown before. */
export function ClearEngine(): ReactElement {
  const { t } = useTranslation();
  const ask = useAsk();
  const isPossible = useApp((state) => actionOf('clear').deed(actionContext(state)) !== null);
  return (
    <>
      <p className="quiet">{t('settings.clear.text')}</p>
      <div className="buttons">
        <Button
          variant="default"
          size="sm"
          data-testid="clear-engine"
          leftSection={<IconTrash size={16} aria-hidden />}
          disabled={!isPossible}
          onClick={() => ask(CLEARING, { action: 'clear' }, t('action.clear'))}
        >
          {t('settings.clear.start')}
        </Button>
      </div>
    </>
  );
}
