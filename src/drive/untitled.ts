import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import { writeNotebook } from './notebookText';

const MOST_NAMES = 1000;

/** The names that Jupyter gives to what has none yet, in the order in which they are tried. */
export function* untitledNames(
  options: Contents.ICreateOptions,
  trans: TranslationBundle
): Iterable<string> {
  const { type } = options;
  const dot = options.ext && !options.ext.startsWith('.') ? '.' : '';
  const extension = type === 'notebook' ? '.ipynb' : dot + (options.ext ?? '');
  for (let n = 0; n < MOST_NAMES; n++) {
    if (type === 'directory') {
      const folder = trans.__('Untitled Folder');
      yield n === 0 ? folder : `${folder} ${n}`;
    } else {
      const base = type === 'notebook' ? 'Untitled' : 'untitled';
      yield `${base}${n || ''}${extension}`;
    }
  }
}

export function untitledContent(options: Contents.ICreateOptions): string {
  return options.type === 'notebook'
    ? writeNotebook({ cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 })
    : '';
}
