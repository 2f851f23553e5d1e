import { Button, Loader } from '@mantine/core';
import type { TablerIcon } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ErrorShape } from '../../../shared/errors.ts';
import type { Topic } from '../lib/topics.ts';
import type { Live } from '../lib/use-live.ts';
import { DataTable } from './data-table/data-table.tsx';
import type { Sort } from './data-table/model.ts';
import type { DataTableProps } from './data-table/types.ts';
import { GoneFace, type ListId } from './detail-page.tsx';
import { ErrorCard } from './error-card.tsx';
import { Face } from './face.tsx';
import { WhatIs } from './what-is.tsx';

/** As most lists are sorted at first. */
export const BY_NAME: Sort = { column: 'name', descending: false };

type OfTheScreen = 'id' | 'label' | 'searchLabel' | 'toolbar' | 'empty';

export interface ListProps<Row> extends Omit<DataTableProps<Row>, OfTheScreen> {
  readonly id: ListId;
  readonly Icon: TablerIcon;
  /** How many there are, in words. */
  readonly count: string;
  /** What can be done without a row: `Tool`s. */
  readonly tools?: ReactNode;
  /** What the guide tells of such things. */
  readonly topic?: Topic;
}

export interface ListScreenProps<Row> extends Omit<ListProps<Row>, 'rows' | 'count'>, Pick<Live<Row>, 'error'> {
  /** Null before the first word. */
  readonly rows: readonly Row[] | null;
  readonly count: (rows: readonly Row[]) => string;
  /** What the address names; absent: the list. */
  readonly named: string | undefined;
  /** The page of that one; null: there is none of that name. */
  readonly page: (name: string, rows: readonly Row[]) => ReactElement | null;
  /** Above all of it. */
  readonly notice?: ReactNode;
  /** Its dialogs. */
  readonly children?: ReactNode;
}

/** Everything of one kind that the engine has, or the one that the address names. */
export function ListScreen<Row>(props: ListScreenProps<Row>): ReactElement {
  const { rows, error, named, page, notice, children, count, ...list } = props;
  if (rows === null) return <Waiting id={list.id} Icon={list.Icon} error={error} />;
  return (
    <ScreenFrame id={list.id} stale={list.stale}>
      {notice}
      {named === undefined ? (
        <List {...list} rows={rows} count={count(rows)} />
      ) : (
        (page(named, rows) ?? <Gone id={list.id} name={named} />)
      )}
      {children}
    </ScreenFrame>
  );
}

export function ScreenFrame(props: {
  readonly id: ListId;
  readonly stale: boolean;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <div className="manage-screen" data-testid={props.id} data-stale={props.stale}>
      {props.children}
    </div>
  );
}

/** The table itself, in the words of its screen. */
export function List<Row>({ Icon, count, tools, topic, ...table }: ListProps<Row>): ReactElement {
  const { t } = useTranslation();
  const { id } = table;
  const help = topic && <WhatIs topic={topic} />;
  return (
    <DataTable
      {...table}
      label={t(`${id}.label`)}
      searchLabel={t(`${id}.search`)}
      toolbar={
        <>
          <span className="quiet nowrap">{count}</span>
          {tools}
          {help}
        </>
      }
      empty={
        <Face icon={<Icon size={40} />} title={t(`${id}.empty.title`)} text={t(`${id}.empty.text`)}>
          {help}
        </Face>
      }
    />
  );
}

/** Nothing was told yet, or it cannot be. */
export function Waiting(props: {
  readonly id: ListId;
  readonly Icon: TablerIcon;
  readonly error: ErrorShape | null;
}): ReactElement {
  const { t } = useTranslation();
  const { id, Icon, error } = props;
  return (
    <Face icon={error ? <Icon size={40} /> : <Loader size={36} />} title={t(`${id}.label`)}>
      {error && <ErrorCard error={error} />}
    </Face>
  );
}

/** A link led to what is not there (any more). */
export function Gone({ id, name }: { readonly id: ListId; readonly name: string }): ReactElement {
  const { t } = useTranslation();
  return <GoneFace list={id} title={t(`${id}.detail.gone`, { name })} text={t(`${id}.detail.gone-text`)} />;
}

/** A button at the end of a list's toolbar. */
export function Tool(props: {
  readonly Icon: TablerIcon;
  readonly label: string;
  readonly testId: string;
  readonly disabled: boolean;
  /** What one most often comes for. */
  readonly primary?: boolean;
  readonly onClick: () => void;
}): ReactElement {
  const { Icon } = props;
  return (
    <Button
      size="xs"
      {...(props.primary ? {} : { variant: 'default' })}
      leftSection={<Icon size={15} aria-hidden />}
      disabled={props.disabled}
      data-testid={props.testId}
      onClick={props.onClick}
    >
      {props.label}
    </Button>
  );
}
