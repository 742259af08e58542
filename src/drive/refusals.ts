import { Notification, showErrorMessage } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { type ApexError, asApexError } from '../api/errors';
import type { IApexClient } from '../tokens';
import type { Copies } from './copies';
import type { IUnsavedReason, OpenDocument } from './documents';
import { driveErrorOf, saveCancelled } from './driveError';
import { type IUnsaved, nameOf } from './formats';
import {
  askAboutConflict,
  askBeforeTakingTheirs,
  offerCopy
} from './saveDialogs';
import type { IShare } from './shares';

/** A save of an open document that the service refused. */
export interface IRefusedSave {
  readonly document: OpenDocument;
  readonly share: IShare;
  /** Below the share. */
  readonly path: string;
  readonly unsaved: IUnsaved;
  readonly error: ApexError;
  /** Whether a person waits for it. */
  readonly isAsked: boolean;
}

export interface IRefusalsOptions {
  client: IApexClient;
  copies: Copies;
  /** Shows a document. */
  open: (contentsPath: string) => void;
  trans: TranslationBundle;
}

/** What happens to a document that cannot be saved. Its text is never lost: it stays, or it is in a copy. */
export class Refusals {
  constructor(private readonly options: IRefusalsOptions) {}

  /**
   * Resolves when the document shows the version in the share (the own text is in a copy, or was dropped after a
   * second question). Else rejects: the document stays as it is, unsaved.
   */
  async settle(save: IRefusedSave): Promise<void> {
    const { document, error } = save;
    const reason = this.reasonOf(error);
    if (!save.isAsked) {
      this.settleQuietly(save, reason);
      throw saveCancelled();
    }
    document.refused(reason);
    switch (reason.kind) {
      case 'changed':
        return this.settleConflict(save);
      case 'forbidden':
      case 'gone':
        await this.offerOwnCopy(save, reason);
        throw saveCancelled();
      case 'failed':
        // Lab shows it.
        throw driveErrorOf(error);
    }
  }

  /** Puts the text into the own files and shows it there; the document is left alone. */
  async copyToOwnFiles(name: string, unsaved: IUnsaved): Promise<void> {
    await this.keep(() => this.options.copies.toOwnFiles(name, unsaved));
  }

  /** An autosave takes nobody's focus: a notice once, and the banner until it is settled. */
  private settleQuietly(save: IRefusedSave, reason: IUnsavedReason): void {
    const { document } = save;
    const mightWrite = document.share?.grant.permissions.includes('write');
    if (reason.kind === 'forbidden' && !mightWrite) {
      // As the banner says since it was opened. Lab counts a notebook as changed that was only looked at.
      document.leftUnsaved();
      return;
    }
    if (document.unsaved?.kind !== reason.kind) {
      this.notify(save, reason);
    }
    document.refused(reason);
  }

  private async settleConflict(save: IRefusedSave): Promise<void> {
    const { document, share, path, unsaved } = save;
    const { trans, copies } = this.options;
    const name = nameOf(path) || share.name;
    let choice = await askAboutConflict(
      {
        name,
        owner: share.owner,
        theirs: await this.savedAt(save),
        mine: document.version?.modified ?? null
      },
      trans
    );
    if (choice === 'take-theirs') {
      choice = await askBeforeTakingTheirs(name, trans);
    }
    if (choice === 'cancel') {
      throw saveCancelled();
    }
    const isKept =
      choice === 'take-theirs' ||
      (await this.keep(() => copies.besideOriginal(share, path, unsaved)));
    if (!isKept || document.isDisposed) {
      throw saveCancelled();
    }
    await document.context.revert();
  }

  private async offerOwnCopy(
    save: IRefusedSave,
    reason: IUnsavedReason
  ): Promise<void> {
    const { share, path, unsaved } = save;
    const { trans } = this.options;
    const title =
      reason.kind === 'forbidden'
        ? trans.__('%1’s file · you may read', share.owner)
        : trans.__('%1’s file · not there any more', share.owner);
    if (await offerCopy(title, reason.detail, trans)) {
      await this.copyToOwnFiles(nameOf(path) || share.name, unsaved);
    }
  }

  /** Makes a copy, says where it is and shows it; false, with the reason said, when that failed. */
  private async keep(copy: () => Promise<string>): Promise<boolean> {
    const { trans, open } = this.options;
    try {
      const path = await copy();
      Notification.success(trans.__('Your text is in “%1”.', nameOf(path)), {
        autoClose: 5000
      });
      open(path);
      return true;
    } catch (reason) {
      const error =
        reason instanceof Error ? reason : asApexError(reason, trans);
      await showErrorMessage(trans.__('The copy could not be saved'), error);
      return false;
    }
  }

  private notify(save: IRefusedSave, reason: IUnsavedReason): void {
    const { trans } = this.options;
    const { document, share, path } = save;
    const name = nameOf(path) || share.name;
    Notification.warning(
      trans.__('“%1” is not saved. %2', name, reason.detail),
      {
        autoClose: false,
        actions: [
          {
            label: trans.__('Show it'),
            callback: () => this.options.open(document.context.path)
          }
        ]
      }
    );
  }

  private reasonOf(error: ApexError): IUnsavedReason {
    const { trans } = this.options;
    switch (error.code) {
      case 'changed':
        return {
          kind: 'changed',
          detail: trans.__('Somebody else has changed this file meanwhile.')
        };
      case 'forbidden':
      case 'scope-missing':
      case 'not-your-server':
        return { kind: 'forbidden', detail: error.detail };
      case 'not-found':
        return {
          kind: 'gone',
          detail: trans.__(
            'The file was removed, or your access to it has ended.'
          )
        };
      default:
        return { kind: 'failed', detail: error.detail };
    }
  }

  private async savedAt(save: IRefusedSave): Promise<string | null> {
    const { client, trans } = this.options;
    try {
      const root = save.share.grant.workspace;
      return (await client.list(root, save.path)).entry.modified_at;
    } catch (reason) {
      asApexError(reason, trans);
      return null;
    }
  }
}
