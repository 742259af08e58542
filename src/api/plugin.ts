// Nothing to see: what all features ask the sharing service with, and hear from that something changed.
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IApexClient } from '../tokens';
import { ApexClient } from './client';
import { Freshness } from './freshness';

export const clientPlugin: JupyterFrontEndPlugin<IApexClient> = {
  id: 'jupyter-apex-ws:client',
  description: 'Provides the client of the sharing service.',
  autoStart: true,
  provides: IApexClient,
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null
  ): IApexClient => {
    const trans = (translator ?? nullTranslator).load('jupyter_apex_ws');
    const { serverSettings, events, connectionFailure } = app.serviceManager;
    const client = new ApexClient(serverSettings, trans);
    const freshness = new Freshness({ client, events, connectionFailure });
    window.addEventListener('pagehide', event => {
      // A page that the browser keeps may come back.
      if (!event.persisted) {
        freshness.dispose();
      }
    });
    return client;
  }
};
