import { useMemo } from 'preact/hooks';
import { analyse, type Analysis, type Design } from '../../../experiment/analysis.ts';
import type { ComparedCell } from '../../../experiment/results.ts';
import { messageOf } from '../../../errors.ts';

export interface Analysed {
  readonly analysis: Analysis | null;
  readonly error: string | null;
}

/** What the finished cells say. */
export function useAnalysis(design: Design, cells: readonly ComparedCell[]): Analysed {
  return useMemo(() => {
    try {
      return { analysis: analyse(design, cells), error: null };
    } catch (error) {
      return { analysis: null, error: messageOf(error) };
    }
  }, [design, cells]);
}
