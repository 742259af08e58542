// Icons by kind: core's own where it has one.
import {
  LabIcon,
  fileIcon,
  folderIcon,
  notebookIcon,
  pythonIcon,
  textEditorIcon,
  userIcon,
  usersIcon
} from '@jupyterlab/ui-components';

import type { Kind, Principal } from '../api/types';

/** Stacked layers: data with a place or a shape. */
export const datasetIcon = new LabIcon({
  name: 'jupyter-apex-ws:dataset',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3 jp-icon-selectable" fill="#616161">
    <path d="M12 2 2 8l10 6 10-6zM4 12l-2 1.2 10 6 10-6L20 12l-8 4.8z"/>
  </g>
</svg>`
});

/** A box: something that is run as a whole. */
export const applicationPackageIcon = new LabIcon({
  name: 'jupyter-apex-ws:application-package',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3 jp-icon-selectable" fill="#616161">
    <path d="M12 2 3 6.5v11L12 22l9-4.5v-11zm0 2.2 5.8 2.9L12 10 6.2 7.1zM5 8.700l6 3v7.200l-6-3zm8 10.200v-7.200l6-3v7.200z"/>
  </g>
</svg>`
});

/** The Finder: a folder that is looked into. */
export const finderIcon = new LabIcon({
  name: 'jupyter-apex-ws:finder',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3 jp-icon-selectable" fill="#616161">
    <path d="M10 4H4a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h7.300a6.5 6.5 0 0 1-1.1-2H4V8h16v2.200a6.5 6.5 0 0 1 2 1.900V8a2 2 0 0 0-2-2h-8z"/>
    <path d="M16 11a4.5 4.5 0 1 0 2.6 8.200l2.6 2.6 1.3-1.3-2.6-2.600A4.5 4.5 0 0 0 16 11m0 1.800a2.7 2.7 0 1 1 0 5.4 2.7 2.7 0 0 1 0-5.4"/>
  </g>
</svg>`
});

/** Two people at one thing: it is shared. */
export const sharedIcon = usersIcon;

const OF_KIND: Readonly<Record<Kind, LabIcon>> = {
  folder: folderIcon,
  notebook: notebookIcon,
  dataset: datasetIcon,
  'application-package': applicationPackageIcon,
  script: pythonIcon,
  document: textEditorIcon,
  other: fileIcon
};

export function iconOfKind(kind: Kind): LabIcon {
  return OF_KIND[kind];
}

export function iconOfPrincipal(kind: Principal['kind']): LabIcon {
  return kind === 'user' ? userIcon : usersIcon;
}
