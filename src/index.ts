import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { clientPlugin } from './api/plugin';
import { drivePlugin } from './drive/plugin';
import { finderPlugin } from './finder/plugin';
import { sharePlugin } from './share/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  clientPlugin,
  drivePlugin,
  finderPlugin,
  sharePlugin
];

export default plugins;
