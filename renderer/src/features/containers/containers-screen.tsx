import { CloseButton, TextInput } from '@mantine/core';
import { IconBox, IconSearch, IconZoomExclamation } from '@tabler/icons-react';
import { Fragment, useCallback, useMemo, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContainerView } from '../../../../shared/contract/schemas.ts';
import { useAsk } from '../changes/use-ask.ts';
import { Face } from '../../ui/face.tsx';
import { groupContainers, isUpState, needsConfirmation, type ActionName } from './actions.ts';
import { ConfirmAction, type Question } from './confirm-action.tsx';
import { ContainerRow } from './container-row.tsx';
import { useContainerActions } from './use-container-actions.ts';

/** Every container of the engine, under its Compose project. */
export function ContainersScreen(props: {
  readonly containers: readonly ContainerView[];
  readonly stale: boolean;
}): ReactElement {
  const { t } = useTranslation();
  const { containers } = props;
  const [query, setQuery] = useState('');
  const [question, setQuestion] = useState<Question | null>(null);
  const { pending, act } = useContainerActions();
  const ask = useAsk();
  const groups = useMemo(() => groupContainers(containers, query), [containers, query]);
  const running = containers.filter(({ state }) => isUpState(state)).length;

  const onAction = useCallback(
    (container: ContainerView, action: ActionName): void => {
      if (needsConfirmation(action)) setQuestion({ container, action });
      else act(container, action);
    },
    [act],
  );

  return (
    <div className="containers-screen" data-stale={props.stale} data-testid="containers">
      <div className="toolbar" role="toolbar" aria-label={t('containers.toolbar')}>
        <TextInput
          className="toolbar-search"
          size="sm"
          aria-label={t('containers.search')}
          placeholder={t('containers.search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          rightSection={
            query !== '' && <CloseButton size="sm" aria-label={t('matrix.search.clear')} onClick={() => setQuery('')} />
          }
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setQuery('');
          }}
        />
        <span className="spacer" />
        <span className="quiet">{t('containers.count', { count: containers.length, running })}</span>
      </div>
      {containers.length === 0 ? (
        <Face icon={<IconBox size={40} />} title={t('containers.empty.title')} text={t('containers.empty.text')} />
      ) : groups.length === 0 ? (
        <Face
          icon={<IconZoomExclamation size={40} />}
          title={t('containers.none.title', { query })}
          text={t('containers.none.text')}
        />
      ) : (
        // The list scrolls, so the keyboard must be able to reach it.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div className="containers-scroll" tabIndex={0} role="region" aria-label={t('containers.label')}>
          {/* The keys come from the buttons inside. */}
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
          <table className="containers" onKeyDown={walkRows}>
            <thead>
              <tr>
                <th scope="col">{t('containers.column.name')}</th>
                <th scope="col">{t('containers.column.state')}</th>
                <th scope="col">{t('containers.column.image')}</th>
                <th scope="col">{t('containers.column.networks')}</th>
                <th scope="col">{t('containers.column.ports')}</th>
                <th scope="col">
                  <span className="hidden">{t('containers.column.actions')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {groups.map(({ project, containers: members }) => (
                <Fragment key={project}>
                  <tr className="containers-group">
                    <th scope="colgroup" colSpan={6}>
                      {project === '' ? t('containers.no-project') : project}
                      <span className="quiet">{members.length}</span>
                    </th>
                  </tr>
                  {members.map((container) => (
                    <ContainerRow
                      key={container.id}
                      container={container}
                      pending={pending.get(container.id) ?? null}
                      disabled={props.stale}
                      onAction={onAction}
                      ask={ask}
                    />
                  ))}
                </Fragment>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <ConfirmAction
        question={question}
        onCancel={() => setQuestion(null)}
        onConfirm={({ container, action }) => {
          setQuestion(null);
          act(container, action);
        }}
      />
    </div>
  );
}

/** Arrow keys walk from a row's button to the same one of the next row: 300 rows are too many for Tab. */
function walkRows(event: KeyboardEvent<HTMLTableElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const button = event.target instanceof Element ? event.target.closest('button') : null;
  const row = button?.closest('tr');
  if (!button || !row || button.getAttribute('aria-expanded') === 'true') return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('tr[data-testid="container-row"]')];
  const column = [...row.querySelectorAll('button')].indexOf(button);
  const next = rows[rows.indexOf(row) + (event.key === 'ArrowDown' ? 1 : -1)];
  const target = next?.querySelectorAll('button')[column];
  if (!target) return;
  event.preventDefault();
  event.stopPropagation();
  target.focus();
}
