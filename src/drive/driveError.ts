import { ServerConnection } from '@jupyterlab/services';

import { ApexError } from '../api/errors';

/**
 * An error as Jupyter's own drive gives it: Lab's documents look at `response.status` (404 is a new file for them),
 * and their dialogs show the message.
 */
export function driveError(status: number, sentence: string): Error {
  return new ServerConnection.ResponseError(
    new Response(null, { status }),
    sentence
  );
}

export function driveErrorOf(error: ApexError): Error {
  return driveError(error.status || 503, error.detail);
}

/**
 * What Lab takes for "the person decided not to save": no dialog of its own follows, the document stays as it is,
 * unsaved.
 */
export function saveCancelled(): Error {
  const error = new Error('Cancel');
  error.name = 'ModalCancelError';
  return error;
}

/** Something is in the way of creating a file or folder of that name. */
export function isTaken(reason: unknown): boolean {
  return (
    reason instanceof ApexError &&
    (reason.code === 'changed' || reason.code === 'conflict')
  );
}
