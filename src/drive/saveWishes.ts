import type { ISignal } from '@lumino/signaling';

const SAVE_COMMANDS: ReadonlySet<string> = new Set([
  'docmanager:save',
  'docmanager:save-all',
  'docmanager:save-as'
]);

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
  }

  /** A save that somebody asked for is under way. */
  readonly isAsked = (): boolean => this.running > 0;

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

  private running = 0;
}
