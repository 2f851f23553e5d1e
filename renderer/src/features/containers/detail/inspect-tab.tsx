import { CloseButton, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconSearch } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { isSecret, MASK } from '../../../lib/secrets.ts';
import { Copy } from '../../../ui/copy.tsx';
import { treeLines, type TreeLine } from './inspect-tree.ts';
import { TabFrame } from './tab-frame.tsx';
import type { DetailProps } from './tabs.ts';
import { useInspection, type Json } from './use-inspection.ts';

const LINE = 28;
const FIRST_OPEN = ['.State', '.Config', '.NetworkSettings', '.NetworkSettings.Networks'];

/** Everything the engine tells of it, as a tree. */
export function InspectTab({ container }: DetailProps): ReactElement {
  const fetched = useInspection(container);
  return <TabFrame fetched={fetched}>{(json) => <Tree json={json} />}</TabFrame>;
}

function Tree({ json }: { readonly json: Json }): ReactElement {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set(FIRST_OPEN));
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => treeLines(json, { open, search }), [json, open, search]);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    overscan: 20,
  });
  const fold = ({ path, isFolded }: TreeLine): void => {
    const next = new Set(open);
    if (isFolded) next.add(path);
    else next.delete(path);
    setOpen(next);
  };
  return (
    <div className="inspect" data-testid="inspect">
      <div className="detail-tools">
        <TextInput
          size="sm"
          aria-label={t('containers.inspect.search')}
          placeholder={t('containers.inspect.search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          rightSection={
            search !== '' && (
              <CloseButton size="sm" aria-label={t('table.clear-search')} onClick={() => setSearch('')} />
            )
          }
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <span className="quiet">{t('containers.inspect.lines', { count: lines.length })}</span>
        <span className="spacer" />
        <Copy value={JSON.stringify(json, null, 2)} label={t('containers.inspect.copy-all')} />
      </div>
      {/* The tree scrolls, so the keyboard must be able to reach it. */}
      <div
        ref={scroller}
        className="inspect-scroll"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        role="region"
        aria-label={t('containers.tab.inspect')}
      >
        <div className="inspect-lines" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const line = lines[index];
            return (
              line && (
                <div
                  key={line.path}
                  className="inspect-line"
                  data-path={line.path}
                  style={{ transform: `translateY(${start}px)`, paddingLeft: 12 + line.depth * 18 }}
                >
                  <Line line={line} onFold={() => fold(line)} />
                </div>
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}

function Line({ line, onFold }: { readonly line: TreeLine; readonly onFold: () => void }): ReactElement {
  const { t } = useTranslation();
  const [isShown, setShown] = useState(false);
  const Chevron = line.isFolded ? IconChevronRight : IconChevronDown;
  const secret = line.kind === 'value' && isSecretLine(line);
  return (
    <>
      {line.kind === 'value' ? (
        <span className="inspect-key">{line.key}</span>
      ) : (
        <button type="button" className="inspect-key" aria-expanded={!line.isFolded} onClick={onFold}>
          <Chevron size={14} aria-hidden /> {line.key}
        </button>
      )}
      {line.kind === 'value' ? (
        secret && !isShown ? (
          <button
            type="button"
            className="inspect-value"
            aria-label={t('containers.environment.show', { name: line.key })}
            onClick={() => setShown(true)}
          >
            {maskedText(line)}
          </button>
        ) : (
          <code className="inspect-value">{line.text}</code>
        )
      ) : (
        <span className="quiet">{line.kind === 'array' ? `[${line.size}]` : `{${line.size}}`}</span>
      )}
      <span className="inspect-copy">
        <Copy value={line.path} label={t('containers.inspect.copy-path', { path: line.path })} />
      </span>
    </>
  );
}

/** `NAME=value` in the environment, or a value whose key says that it is a secret. */
function isSecretLine({ path, key, value }: TreeLine): boolean {
  if (typeof value !== 'string') return false;
  if (!path.startsWith('.Config.Env[')) return path.startsWith('.Config.Labels') && isSecret(key, value);
  const equals = value.indexOf('=');
  return equals > 0 && isSecret(value.slice(0, equals), value.slice(equals + 1));
}

function maskedText({ path, value }: TreeLine): string {
  const text = String(value);
  return path.startsWith('.Config.Env[') ? `"${text.slice(0, text.indexOf('='))}=${MASK}"` : MASK;
}
