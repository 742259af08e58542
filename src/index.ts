import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { clientPlugin } from './api/plugin';
import { sharePlugin } from './share/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [clientPlugin, sharePlugin];

export default plugins;
