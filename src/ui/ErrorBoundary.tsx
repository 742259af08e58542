import type { TranslationBundle } from '@jupyterlab/translation';
import { Component, type ReactNode } from 'react';

import { EmptyState } from './EmptyState';

export interface IErrorBoundaryProps {
  trans: TranslationBundle;
  children: ReactNode;
}

interface IErrorBoundaryState {
  broken: boolean;
}

/** Keeps a mistake in one panel from blanking it without a word. */
export class ErrorBoundary extends Component<
  IErrorBoundaryProps,
  IErrorBoundaryState
> {
  override state: IErrorBoundaryState = { broken: false };

  static getDerivedStateFromError(): IErrorBoundaryState {
    return { broken: true };
  }

  override componentDidCatch(error: Error): void {
    console.error('Part of the interface stopped.', error);
  }

  override render(): ReactNode {
    const { trans, children } = this.props;
    if (!this.state.broken) {
      return children;
    }
    return (
      <EmptyState
        tone="error"
        text={trans.__('This part stopped because of a mistake in it.')}
        action={{
          label: trans.__('Show it again'),
          run: () => this.setState({ broken: false })
        }}
      />
    );
  }
}
