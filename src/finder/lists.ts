import type { ApexError } from '../api/errors';
import { stateOfError } from '../ui';
import type { IRow } from './rows';
import { type Rows, afterFailure, inPlace, listed, rowsOf } from './state';

export type List = 'recent' | 'withMe' | 'byMe';

export interface IListsOptions {
  read: (list: List) => Rows;
  replace: (lists: Partial<Record<List, Rows>>) => void;
  now: () => Date;
}

/** The lists of the sections. While somebody is at a row, rows keep their places; newer orders wait. */
export class Lists {
  constructor(private readonly options: IListsOptions) {}

  /** When the lists of shares were last known to be right. */
  get sharesRead(): Date | null {
    return this.lastRead.withMe ?? this.lastRead.byMe ?? null;
  }

  put(list: List, rows: readonly IRow[]): void {
    const { read, replace, now } = this.options;
    this.lastRead[list] = now();
    const shown = rowsOf(read(list));
    if (this.held && shown.length > 0) {
      this.waiting[list] = listed(rows);
      replace({ [list]: listed(inPlace(shown, rows)) });
    } else {
      delete this.waiting[list];
      replace({ [list]: listed(rows) });
    }
  }

  fail(list: List, error: ApexError): void {
    const { read, replace } = this.options;
    const lastRead = this.lastRead[list] ?? null;
    const face = stateOfError(error);
    delete this.waiting[list];
    replace({ [list]: afterFailure(read(list), face, lastRead) });
  }

  hold(held: boolean): void {
    this.held = held;
    if (!held && Object.keys(this.waiting).length > 0) {
      const { waiting } = this;
      this.waiting = {};
      this.options.replace(waiting);
    }
  }

  private held = false;
  private waiting: Partial<Record<List, Rows>> = {};
  private readonly lastRead: Partial<Record<List, Date>> = {};
}
