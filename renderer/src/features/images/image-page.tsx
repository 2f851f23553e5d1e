import { CloseButton, Loader } from '@mantine/core';
import { useCallback, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImageDetail, ImageView } from '../../../../shared/contract/images.ts';
import { useClient, type Client } from '../../lib/client-context.tsx';
import { hashOf } from '../../lib/route.ts';
import { useReading } from '../../lib/use-live.ts';
import { useReport } from '../../lib/use-report.ts';
import { bytesWords } from '../../lib/words.ts';
import { AgeText } from '../../ui/age-text.tsx';
import type { TableAction } from '../../ui/data-table/types.ts';
import { DetailPage, DetailSection, FactsSection, pairsFact } from '../../ui/detail-page.tsx';
import { ErrorCard } from '../../ui/error-card.tsx';
import { useFew } from '../../ui/use-few.tsx';
import { RowActions } from '../../ui/row-actions.tsx';
import { LayerCommand } from './layer-command.tsx';
import { imageName } from './names.ts';

/** One image: its names, its layers with what made them, its settings. */
export function ImagePage(props: {
  readonly image: ImageView;
  readonly actions: readonly TableAction<ImageView>[];
  readonly stale: boolean;
}): ReactElement {
  const { t } = useTranslation();
  const { image, actions, stale } = props;
  const { id } = image;
  const users = useFew(image.users);
  const read = useCallback(
    (client: Client, signal: AbortSignal) => client.images.detail({ ref: id }, { signal }),
    [id],
  );
  const { value, error } = useReading(read, [id, ...image.tags].join());
  return (
    <DetailPage
      list="images"
      title={imageName(image)}
      testId="image-page"
      actions={<RowActions row={image} actions={actions} stale={stale} />}
    >
      {image.tags.length > 0 && <Names image={image} stale={stale} />}
      <DetailSection title={t('images.detail.users')}>
        {image.users.length === 0 ? (
          <p className="quiet">{t('images.detail.no-users')}</p>
        ) : (
          <>
            <ul>
              {users.few.map((user) => (
                <li key={user.id}>
                  <a href={hashOf('containers', user.name)}>{user.name}</a>
                </li>
              ))}
            </ul>
            {users.more}
          </>
        )}
      </DetailSection>
      {error && <ErrorCard error={error} />}
      {value ? <Known detail={value} /> : !error && <Loader size="sm" role="img" aria-label={t('common.loading')} />}
    </DetailPage>
  );
}

function Names({ image, stale }: { readonly image: ImageView; readonly stale: boolean }): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const report = useReport();
  return (
    <DetailSection title={t('images.detail.names')}>
      <ul>
        {image.tags.map((name) => (
          <li key={name} className="crumbs">
            <code>{name}</code>
            {image.tags.length > 1 && (
              <CloseButton
                size="sm"
                disabled={stale}
                aria-label={t('images.detail.untag', { name })}
                onClick={() =>
                  void client.images
                    .remove({ refs: [name] })
                    .catch((thrown: unknown) => report(t('images.detail.untag', { name }), thrown))
                }
              />
            )}
          </li>
        ))}
      </ul>
    </DetailSection>
  );
}

function Known({ detail }: { readonly detail: ImageDetail }): ReactElement {
  const { t, i18n } = useTranslation();
  return (
    <>
      <DetailSection title={t('images.detail.layers')}>
        <table data-testid="layers">
          <colgroup>
            <col />
            <col style={{ width: 110 }} />
            <col style={{ width: 150 }} />
          </colgroup>
          <thead>
            <tr>
              <th>{t('images.detail.layer-command')}</th>
              <th className="number">{t('images.detail.layer-size')}</th>
              <th>{t('images.detail.layer-created')}</th>
            </tr>
          </thead>
          <tbody>
            {detail.layers.map((layer, index) => (
              // Layers have no ids of their own, and their order never changes.
              <tr key={index}>
                <td>
                  <LayerCommand command={layer.command} />
                </td>
                <td className="number">{layer.size === 0 ? '–' : bytesWords(i18n.language, layer.size)}</td>
                <td>
                  <AgeText at={layer.createdAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </DetailSection>
      <FactsSection
        title={t('images.detail.settings')}
        facts={[
          [t('images.column.id'), <code key="id">{detail.id}</code>],
          [t('images.detail.digest'), detail.digests.join(', ')],
          [t('images.detail.platform'), detail.platform],
          [t('images.detail.entrypoint'), words(detail.entrypoint)],
          [t('images.detail.command'), words(detail.command)],
          [t('images.detail.workdir'), detail.workdir],
          [t('images.detail.user'), detail.user],
          [t('images.detail.ports'), detail.ports.join(', ')],
          [t('images.detail.volumes'), detail.volumes.join(', ')],
          [t('images.detail.environment'), detail.environment.join(', ')],
          [t('images.detail.labels'), pairsFact(detail.labels)],
        ]}
      />
    </>
  );
}

/** As it is written in a Dockerfile, which keeps words apart that hold spaces. */
function words(list: readonly string[]): string {
  return list.length === 0 ? '' : JSON.stringify(list);
}
