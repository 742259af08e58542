import type { TranslationBundle } from '@jupyterlab/translation';

import type { ApexError } from '../api/errors';
import type { IApexClient } from '../tokens';
import { stateOfError } from '../ui';
import { type Answerer, type IFound, answered, begun, refused } from './found';
import { Question } from './question';
import { hitRow, ownRow } from './rows';

/** The best so many of each source: who looks for more writes more. */
export const FOUND_LIMIT = 50;

export interface ISearchOptions {
  client: IApexClient;
  trans: TranslationBundle;
  read: () => IFound | null;
  replace: (found: IFound) => void;
  failed: (error: ApexError, from: Answerer) => void;
  /** The own paths that carry a grant. */
  sharedPaths: () => ReadonlySet<string>;
}

export interface IWish {
  query: string;
  /** Who is to be asked now. */
  sources: readonly Answerer[];
  /** Who takes part in this search at all. */
  all: readonly Answerer[];
  /** Whether the service is known not to answer: it is not asked at every key then. */
  away: boolean;
}

/** Asks both sources at once and puts their answers together as they come. */
export class Search {
  constructor(private readonly options: ISearchOptions) {
    const { trans } = options;
    this.questions = { own: new Question(trans), shared: new Question(trans) };
  }

  ask(wish: IWish): void {
    const { own, shared } = this.questions;
    const isAsked = (source: Answerer) =>
      wish.query !== '' && wish.all.includes(source);
    for (const source of ['own', 'shared'] as const) {
      if (!isAsked(source)) {
        this.questions[source].drop();
      }
    }
    const { client } = this.options;
    const asked = wish.sources.filter(isAsked);
    if (asked.includes('own')) {
      void own.ask(s => client.localSearch(wish.query, FOUND_LIMIT, s), {
        answer: ({ items, total }) => {
          const paths = this.options.sharedPaths();
          const rows = items.map(entry => ownRow(entry, paths));
          this.put(wish, found => answered(found, 'own', rows, total));
        },
        refusal: error => this.refuse(wish, 'own', error)
      });
    }
    if (asked.includes('shared') && wish.away) {
      shared.drop();
      this.put(wish, found => refused(found, 'shared', AWAY));
    } else if (asked.includes('shared')) {
      void shared.ask(s => client.search(wish.query, FOUND_LIMIT, s), {
        answer: ({ items, total }) =>
          this.put(wish, found =>
            answered(found, 'shared', items.map(hitRow), total)
          ),
        refusal: error => this.refuse(wish, 'shared', error)
      });
    }
  }

  dispose(): void {
    this.questions.own.drop();
    this.questions.shared.drop();
  }

  private refuse(wish: IWish, source: Answerer, error: ApexError): void {
    this.put(wish, found => refused(found, source, stateOfError(error)));
    this.options.failed(error, source);
  }

  /** The rows of the query before stay until something answers to this one. */
  private put(wish: IWish, change: (found: IFound) => IFound): void {
    const shown = this.options.read();
    const found =
      shown?.query === wish.query ? shown : begun(wish.query, wish.all);
    this.options.replace(change(found));
  }

  private readonly questions: Readonly<Record<Answerer, Question>>;
}

const AWAY = { tag: 'unavailable', reason: '', retryAfter: null } as const;
