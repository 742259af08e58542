import { Dialog } from '@jupyterlab/apputils';
import type { ISignal } from '@lumino/signaling';

const SAVE_COMMANDS: ReadonlySet<string> = new Set([
  'docmanager:save',
  'docmanager:save-all',
  'docmanager:save-as'
]);

/** A save so soon after a dialog is what its button said: “Save” before a tab is closed. */
const AFTER_DIALOG_MS = 1000;

interface IExecuted {
  readonly id: string;
  readonly result: Promise<unknown>;
}

/** The part of Lab's command registry that matters here. */
export interface ICommands {
  readonly commandExecuted: ISignal<unknown, IExecuted>;
}

/** Tells the saves that a person asks for from those of the autosave, which Lab's documents do not. */
export class SaveWishes {
  constructor(commands: ICommands) {
    // The signal comes before the command's first pause, hence before the save begins.
    commands.commandExecuted.connect(this.onCommand, this);
    Dialog.tracker.widgetAdded.connect(this.onDialog, this);
  }

  /** Whether a save that begins now is one that somebody asked for. */
  readonly isAsked = (): boolean =>
    this.running > 0 || Date.now() - this.dialogClosedAt < AFTER_DIALOG_MS;

  /** Counts what `save` does as asked for. */
  async during<T>(save: () => Promise<T>): Promise<T> {
    this.running += 1;
    try {
      return await save();
    } finally {
      this.running -= 1;
    }
  }

  private onCommand(_: unknown, command: IExecuted): void {
    if (SAVE_COMMANDS.has(command.id)) {
      this.during(() => command.result).catch(() => {
        // Whoever ran the command is told.
      });
    }
  }

  private onDialog(_: unknown, dialog: Dialog<unknown>): void {
    dialog.disposed.connect(this.onDialogClosed, this);
  }

  private onDialogClosed(): void {
    this.dialogClosedAt = Date.now();
  }

  private running = 0;
  private dialogClosedAt = Number.NEGATIVE_INFINITY;
}
