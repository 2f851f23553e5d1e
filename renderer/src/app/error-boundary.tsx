import { Component, type ReactNode } from 'react';
import { Translation } from 'react-i18next';

/** A defect in the page: say so and offer a fresh start instead of a white window. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, { readonly broken: Error | null }> {
  override state: { readonly broken: Error | null } = { broken: null };

  static getDerivedStateFromError(thrown: unknown): { readonly broken: Error } {
    return { broken: thrown instanceof Error ? thrown : new Error(String(thrown)) };
  }

  override render(): ReactNode {
    const { broken } = this.state;
    if (!broken) return this.props.children;
    return (
      <Translation>
        {(t) => (
          <main className="face" role="alert">
            <h2>{t('app.broken.title')}</h2>
            <p>{t('app.broken.text')}</p>
            <code>{broken.message}</code>
            <button type="button" className="plain-button" onClick={() => window.location.reload()}>
              {t('app.broken.reload')}
            </button>
          </main>
        )}
      </Translation>
    );
  }
}
