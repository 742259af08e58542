import type { TranslationBundle } from '@jupyterlab/translation';

import type { ApexError } from '../api/errors';
import type { Entry } from '../api/types';
import type { IApexClient } from '../tokens';
import { LOADING, stateOfError } from '../ui';
import { Question } from './question';
import { type IRow, childRow, isBelow } from './rows';
import { type Rows, afterFailure, listed } from './state';

type Opened = ReadonlyMap<string, Rows>;

export interface IFolderReaderOptions {
  client: IApexClient;
  trans: TranslationBundle;
  read: () => Opened;
  replace: (opened: Opened) => void;
  failed: (error: ApexError) => void;
}

/** Reads shared folders that are opened in the list, when they are opened and not before. */
export class FolderReader {
  constructor(private readonly options: IFolderReaderOptions) {}

  open(row: IRow): void {
    const { client, trans, failed, read } = this.options;
    const { root, path } = row;
    if (root === null || path === null || row.type !== 'folder') {
      return;
    }
    const one = this.folders.get(row.id) ?? {
      row,
      question: new Question(trans)
    };
    this.folders.set(row.id, one);
    if (!read().has(row.id)) {
      this.put(row, LOADING);
    }
    void one.question.ask(signal => client.list(root, path, signal), {
      answer: page => {
        const rows = inOrder(page.items).map(entry => childRow(row, entry));
        this.put(row, listed(rows));
        this.keep(
          id =>
            !isBelow(id, row.id) ||
            rows.some(each => each.id === id || isBelow(id, each.id))
        );
      },
      refusal: error => {
        const before = read().get(row.id) ?? LOADING;
        this.put(row, afterFailure(before, stateOfError(error), null));
        failed(error);
      }
    });
  }

  close(row: IRow): void {
    this.keep(id => id !== row.id && !isBelow(id, row.id));
  }

  /** Read all opened folders again. */
  readAgain(): void {
    for (const { row } of [...this.folders.values()]) {
      this.open(row);
    }
  }

  /** Forget the folders of shares that are gone. */
  keepBelow(rows: readonly IRow[]): void {
    this.keep(id => rows.some(row => row.id === id || isBelow(id, row.id)));
  }

  dispose(): void {
    this.folders.forEach(({ question }) => question.drop());
    this.folders.clear();
  }

  private keep(wanted: (id: string) => boolean): void {
    const { read, replace } = this.options;
    const gone = [...this.folders.keys()].filter(id => !wanted(id));
    if (gone.length === 0) {
      return;
    }
    for (const id of gone) {
      this.folders.get(id)?.question.drop();
      this.folders.delete(id);
    }
    replace(new Map([...read()].filter(([id]) => wanted(id))));
  }

  private put(row: IRow, rows: Rows): void {
    const { read, replace } = this.options;
    replace(new Map(read()).set(row.id, rows));
  }

  private readonly folders = new Map<
    string,
    { row: IRow; question: Question }
  >();
}

const names = new Intl.Collator(undefined, { numeric: true });

/** Folders first, then by name: "2" before "10". */
function inOrder(entries: readonly Entry[]): Entry[] {
  const rank = (entry: Entry) => (entry.type === 'folder' ? 0 : 1);
  return [...entries].sort(
    (one, other) =>
      rank(one) - rank(other) || names.compare(one.name, other.name)
  );
}
