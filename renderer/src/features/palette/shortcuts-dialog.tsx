import { CloseButton, Modal } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ACTIONS } from '../../../../shared/actions/registry.ts';
import { KeyCaps } from './key-caps.tsx';
import './palette.css';

/**
 * What the matrix, the diagram and tables listen to, in the order in which it is told (`matrix/keys.ts`,
 * `diagram/diagram-stage.tsx`, `data-table/table-keys.ts`).
 */
const MATRIX = [
  ['move', '↑ ↓ ← →'],
  ['edge', 'Mod+↑ Mod+↓ Mod+← Mod+→'],
  ['explain', 'Enter'],
  ['block', 'B'],
  ['allow', 'A'],
  ['verify', 'V'],
  ['isolate', 'I'],
  ['search', '/'],
  ['zoom', '+ - 0'],
  ['close', 'Esc'],
] as const;
const DIAGRAM = [
  ['move', '↑ ↓ ← →'],
  ['through', 'PgUp PgDn'],
  ['pan', 'Shift+↑ Shift+↓ Shift+← Shift+→'],
  ['node', 'Alt+↑ Alt+↓ Alt+← Alt+→'],
  ['explain', 'Enter'],
  ['block', 'B'],
  ['allow', 'A'],
  ['verify', 'V'],
  ['reach', 'F'],
  ['search', '/'],
  ['zoom', '+ - 0'],
  ['back', 'Esc'],
] as const;
const TABLE = [
  ['move', '↑ ↓'],
  ['fold', '← →'],
  ['open', 'Enter'],
  ['select', 'Space'],
  ['all', 'Mod+A'],
  ['menu', 'Shift+F10'],
  ['search', '/'],
] as const;

/** Every shortcut, on one page. */
export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const general = ACTIONS.flatMap(({ id, keys }) => (keys === undefined ? [] : [{ text: t(`action.${id}`), keys }]));
  return (
    <Modal.Root opened onClose={onClose} size={1120} returnFocus={false}>
      <Modal.Overlay />
      <Modal.Content data-testid="shortcuts">
        <Modal.Body className="confirm">
          <div className="shortcuts-head">
            <Modal.Title className="confirm-title">{t('shortcuts.title')}</Modal.Title>
            <CloseButton aria-label={t('common.close')} onClick={onClose} data-autofocus />
          </div>
          <div className="shortcuts">
            <Part title={t('shortcuts.general')} rows={general} />
            <Part
              title={t('shortcuts.in-matrix')}
              rows={MATRIX.map(([what, keys]) => ({ text: t(`shortcuts.matrix.${what}`), keys }))}
            />
            <Part
              title={t('shortcuts.in-diagram')}
              rows={DIAGRAM.map(([what, keys]) => ({ text: t(`shortcuts.diagram.${what}`), keys }))}
            />
            <Part
              title={t('shortcuts.in-tables')}
              rows={TABLE.map(([what, keys]) => ({ text: t(`shortcuts.table.${what}`), keys }))}
            />
          </div>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

interface PartProps {
  readonly title: string;
  readonly rows: readonly { readonly text: string; readonly keys: string }[];
}

function Part({ title, rows }: PartProps): ReactElement {
  return (
    <section>
      <h3 className="shortcuts-title">{title}</h3>
      <dl className="shortcuts-list">
        {rows.map(({ text, keys }) => (
          <div key={text}>
            <dt>{text}</dt>
            <dd>
              <KeyCaps keys={keys} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
