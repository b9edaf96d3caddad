import { useEffect, useMemo, useState } from 'preact/hooks';
import { isAbort, messageOf } from '../../../errors.ts';
import type { ChosenRun } from '../../../experiment/runs.ts';
import { newestOnly } from '../../../newest.ts';
import type { Workspace } from '../../../workspace/workspace.ts';
import { readTwins, scanTwins, type TwinRollouts, type TwinScan } from './twins.ts';

export interface Twins {
  /** `null` until the steps of both are known. */
  readonly scan: TwinScan | null;
  /** The step that was read last: while another is being read, still the one before. */
  readonly shown: TwinRollouts | null;
  readonly error: string | null;
}

const NOTHING: Twins = { scan: null, shown: null, error: null };

/**
 * Of the same two runs as long as the view lives; where one of them trains, they are looked at anew when it has more steps.
 * @param step that is asked for; the last that both runs have up to it is shown
 */
export function useTwins(
  workspace: Workspace,
  [{ id: left, steps: own }, { id: right, steps: other }]: readonly [ChosenRun, ChosenRun],
  step: number | null,
): Twins {
  const [twins, set] = useState(NOTHING);
  const change = (part: Partial<Twins>): void => set((before) => ({ ...before, ...part }));
  useEffect(() => {
    const stop = new AbortController();
    const look = async (): Promise<void> => {
      const store = await workspace.store.get();
      await scanTwins(store, left, right, (scan) => stop.signal.aborted || change({ scan }), stop.signal);
    };
    look().catch((error: unknown) => {
      if (!isAbort(error)) change({ error: messageOf(error) });
    });
    return () => stop.abort();
  }, [workspace, left, right, own.length, other.length]);

  const read = useMemo(() => {
    let gone = false;
    const newest = newestOnly(async (wanted: number) => {
      try {
        const shown = await readTwins(await workspace.store.get(), left, right, wanted);
        if (!gone) change({ shown });
      } catch (error) {
        if (!gone) change({ error: messageOf(error) });
      }
    });
    return { newest, forget: () => void (gone = true) };
  }, [workspace, left, right]);
  useEffect(() => read.forget, [read]);

  const both = twins.scan?.steps.both ?? [];
  const wanted = both.findLast((each) => step === null || each <= step) ?? both[0];
  useEffect(() => {
    if (wanted !== undefined) read.newest(wanted);
  }, [read, wanted]);
  return twins;
}
