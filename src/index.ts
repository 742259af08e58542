import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { clientPlugin } from './api/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [clientPlugin];

export default plugins;
