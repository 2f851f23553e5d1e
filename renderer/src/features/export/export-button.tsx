import { ActionIcon, Tooltip } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExportInput, ShownInput } from '../../../../shared/contract/diagram.ts';
import { replaceQuery } from '../../lib/route.ts';
import { useApp } from '../../lib/store.ts';
import { ExportDialog } from './export-dialog.tsx';
import { onScreen, shownScope } from './scopes.ts';

/** Opens the export of what the matrix or the diagram shows. */
export function ExportButton(props: {
  readonly view: ExportInput['view'];
  /** What the screen does beside its filters; empty: nothing. */
  readonly shown: ShownInput;
}): ReactElement {
  const { t } = useTranslation();
  const [isAsked, setAsked] = useState(false);
  /** An address may ask for it too: tray, menus and palette lead there. */
  const route = useApp((state) => state.route.query);
  const isOpen = isAsked || route['export'] !== undefined;
  const frame = useApp((state) => state.frame);
  const network = useApp((state) => state.network);
  const query = useApp((state) => state.query);
  return (
    <>
      <Tooltip label={t('export.title')}>
        <ActionIcon
          variant="default"
          size={34}
          aria-label={t('export.title')}
          data-testid="export"
          onClick={() => setAsked(true)}
        >
          <IconDownload size={16} />
        </ActionIcon>
      </Tooltip>
      {isOpen && frame && (
        <ExportDialog
          frame={frame}
          view={props.view}
          shown={onScreen(shownScope(frame, { network, query }), props.shown)}
          onClose={() => {
            setAsked(false);
            const { export: asked, ...rest } = route;
            if (asked !== undefined) replaceQuery(rest);
          }}
        />
      )}
    </>
  );
}
