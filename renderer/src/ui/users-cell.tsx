import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { hashOf } from '../lib/route.ts';
import { useRowTabIndex } from './data-table/row-focus.tsx';

/** So many are named before the rest is counted. */
const SHOWN = 2;
/** And so many to a pointer that rests. */
const TOLD = 30;

/** Containers that use a thing, as links to them. */
export function UsersCell(props: {
  readonly users: readonly { readonly id: string; readonly name: string }[];
}): ReactElement {
  const { t } = useTranslation();
  const tabIndex = useRowTabIndex();
  const { users } = props;
  if (users.length === 0) return <>–</>;
  return (
    <span
      className="row-users"
      title={users
        .slice(0, TOLD)
        .map(({ name }) => name)
        .join(', ')}
    >
      {users.slice(0, SHOWN).map(({ id, name }) => (
        <a key={id} href={hashOf('containers', name)} tabIndex={tabIndex}>
          {name}
        </a>
      ))}
      {users.length > SHOWN && <span className="quiet">{t('manage.some-more', { count: users.length - SHOWN })}</span>}
    </span>
  );
}
