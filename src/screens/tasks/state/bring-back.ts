/** What was deleted a moment ago, and can come back for a while. */
import { UNDO_MS } from '../../../app/undo.ts';

export interface Deleted {
  readonly id: string;
  readonly name: string;
}

export interface BringBack {
  /** Offers to undo a deletion; `again` makes what was deleted be there again. */
  offer(name: string, again: () => void | Promise<void>): void;
  undo(id: string): Promise<void>;
}

export interface BringBackOptions {
  /** Does something after so many milliseconds, unless it is called off. */
  readonly later: (work: () => void, ms: number) => () => void;
  /** Where what can come back is shown. */
  readonly read: () => readonly Deleted[];
  readonly write: (deleted: readonly Deleted[]) => void;
}

export function createBringBack({ later, read, write }: BringBackOptions): BringBack {
  const kept = new Map<
    string,
    { readonly again: () => void | Promise<void>; readonly callOff: () => void }
  >();
  let offered = 0;
  const forget = (id: string): void => {
    kept.delete(id);
    write(read().filter((each) => each.id !== id));
  };
  return {
    offer(name, again) {
      const id = `deleted-${offered++}`;
      kept.set(id, { again, callOff: later(() => forget(id), UNDO_MS) });
      write([...read(), { id, name }]);
    },
    async undo(id) {
      const known = kept.get(id);
      if (!known) return;
      known.callOff();
      forget(id);
      await known.again();
    },
  };
}
