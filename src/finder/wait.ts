// When to ask again after no answer: soon at first, then less often, never faster than it was told.

const FIRST_SECONDS = 8;
const LONGEST_SECONDS = 60;
/** Part of the wait that differs from one browser to the next, so that they do not all come back in the same moment. */
const SPREAD = 0.25;

/** Seconds to wait before try number `tries` (from 0). `told` is what the answer asked for, `chance` is in [0, 1). */
export function waitSeconds(
  tries: number,
  told: number | null,
  chance: number
): number {
  const own = Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** tries);
  return Math.max(told ?? 0, Math.round(own * (1 + SPREAD * chance)));
}

export interface IWaitOptions {
  /** Asks again. */
  again: () => void;
  now: () => Date;
  /** In [0, 1). */
  chance: () => number;
}

/** Waits before asking again, longer from try to try. */
export class Wait {
  constructor(private readonly options: IWaitOptions) {}

  /** Nobody answered; `told` are the seconds that the answer asked for. Returns when it is tried again. */
  begin(told: number | null): Date {
    if (this.until === null) {
      const { again, now, chance } = this.options;
      const milliseconds = waitSeconds(this.tries, told, chance()) * 1000;
      this.tries += 1;
      this.until = new Date(now().getTime() + milliseconds);
      this.timer = setTimeout(() => {
        this.stop();
        again();
      }, milliseconds);
    }
    return this.until;
  }

  /** No more waiting, though it may not have healed. */
  stop(): void {
    clearTimeout(this.timer);
    this.until = null;
  }

  /** Somebody answered: the next wait is a short one again. */
  end(): void {
    this.stop();
    this.tries = 0;
  }

  private tries = 0;
  private until: Date | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
}
