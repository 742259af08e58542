import type { TranslationBundle } from '@jupyterlab/translation';

import type { FieldError, Problem } from './types';

/** Why something was refused: the service's codes. Choose the sentence by this, never by the status. */
export type ApexCode = Problem['code'];

const CODES: ReadonlySet<string> = new Set<ApexCode>([
  'unauthenticated',
  'scope-missing',
  'not-your-server',
  'forbidden',
  'not-found',
  'method-not-allowed',
  'malformed',
  'invalid',
  'conflict',
  'changed',
  'precondition-required',
  'too-large',
  'range-not-satisfiable',
  'too-many-requests',
  'storage-full',
  'unavailable',
  'internal'
]);

// For answers that are not ours: a proxy's page, Jupyter's own errors.
const CODE_OF_STATUS: Readonly<Record<number, ApexCode>> = {
  400: 'malformed',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  409: 'conflict',
  412: 'changed',
  413: 'too-large',
  416: 'range-not-satisfiable',
  422: 'invalid',
  428: 'precondition-required',
  429: 'too-many-requests',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
  507: 'storage-full'
};

export interface IApexErrorOptions {
  code: ApexCode;
  /** The HTTP status; 0 where there was no answer. */
  status: number;
  /** A sentence for the person: what was refused and what to do. */
  detail: string;
  errors?: readonly FieldError[];
  /** Seconds after which trying again makes sense, null where the answer did not say. */
  retryAfter?: number | null;
}

/** The one kind of error that the client's methods reject with. */
export class ApexError extends Error {
  constructor(options: IApexErrorOptions) {
    super(options.detail);
    this.name = 'ApexError';
    this.code = options.code;
    this.status = options.status;
    this.detail = options.detail;
    this.errors = options.errors ?? [];
    this.retryAfter = options.retryAfter ?? null;
  }

  readonly code: ApexCode;
  readonly status: number;
  readonly detail: string;
  readonly errors: readonly FieldError[];
  readonly retryAfter: number | null;

  /** What is wrong with one field of the body, by its JSON pointer; null where nothing is. */
  fieldError(pointer: string): string | null {
    return this.errors.find(e => e.pointer === pointer)?.detail ?? null;
  }
}

/** An aborted request is nobody's error: the asker has asked something else meanwhile. */
export function isAbort(reason: unknown): boolean {
  return reason instanceof Error && reason.name === 'AbortError';
}

/** The error of an answer that is not a success. */
export async function errorOfResponse(
  response: Response,
  trans: TranslationBundle
): Promise<ApexError> {
  const problem = await problemOf(response);
  const code =
    problem?.code ??
    CODE_OF_STATUS[response.status] ??
    (response.status >= 500 ? 'internal' : 'malformed');
  return new ApexError({
    code,
    status: response.status,
    detail: problem?.detail || fallbackDetail(code, response.status, trans),
    errors: problem?.errors,
    retryAfter: secondsOf(response.headers.get('Retry-After'))
  });
}

/** The error of a request that got no answer at all. */
export function errorOfNetwork(trans: TranslationBundle): ApexError {
  return new ApexError({
    code: 'unavailable',
    status: 0,
    detail: trans.__(
      'Your Jupyter server does not answer. Check the connection, or whether the server still runs.'
    )
  });
}

/** Any rejection as an `ApexError`, so that no face of a remote state is missing. */
export function asApexError(
  reason: unknown,
  trans: TranslationBundle
): ApexError {
  if (reason instanceof ApexError) {
    return reason;
  }
  console.error(reason);
  return new ApexError({
    code: 'internal',
    status: 0,
    detail: trans.__(
      'Something went wrong here. Reload the page and try again.'
    )
  });
}

async function problemOf(response: Response): Promise<Problem | null> {
  const type = response.headers.get('Content-Type') ?? '';
  if (!type.startsWith('application/problem+json')) {
    return null;
  }
  try {
    const body: unknown = await response.json();
    return isProblem(body) ? body : null;
  } catch {
    return null;
  }
}

function isProblem(body: unknown): body is Problem {
  if (typeof body !== 'object' || body === null) {
    return false;
  }
  const { code, detail } = body as Partial<Problem>;
  return (
    typeof code === 'string' && CODES.has(code) && typeof detail === 'string'
  );
}

function secondsOf(header: string | null): number | null {
  // The service sends seconds; the date form of RFC 9110 is nobody's here.
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) : null;
}

function fallbackDetail(
  code: ApexCode,
  status: number,
  trans: TranslationBundle
): string {
  switch (code) {
    case 'unauthenticated':
      return trans.__('Your sign-in has ended. Reload the page to sign in.');
    case 'forbidden':
      return trans.__('You may not do that here.');
    case 'not-found':
      return trans.__(
        'There is nothing here that you have access to. Check the address, or ask its owner.'
      );
    case 'too-large':
      return trans.__('That is larger than the server accepts.');
    case 'unavailable':
      return trans.__(
        'The sharing service does not answer. Your own files work as usual.'
      );
    default:
      return trans.__(
        'The server answered in an unexpected way (%1). Try again, or tell its operators.',
        status
      );
  }
}
