import { useEffect, useState } from 'preact/hooks';
import type { Analysis } from '../../../experiment/analysis.ts';
import { messageOf } from '../../../errors.ts';
import type { ExperimentRun } from './experiment-run.ts';

export interface Analysed {
  /** `null` before the first cell is finished. */
  readonly analysis: Analysis | null;
  readonly error: string | null;
}

/** What the finished cells say. What analyses them is loaded with the first. */
export function useAnalysis({ experiment, places, results: signal }: ExperimentRun): Analysed {
  const results = signal.value;
  const [analysis, set] = useState<Analysed>({ analysis: null, error: null });
  useEffect(() => {
    let gone = false;
    if (results.size === 0) return undefined;
    const analysed = async (): Promise<Analysed> => {
      const { analyse, inPlaces } = await import('../../../experiment/analysis.ts');
      return { analysis: analyse(experiment, inPlaces(places, results)), error: null };
    };
    void analysed()
      .catch((error: unknown): Analysed => ({ analysis: null, error: messageOf(error) }))
      .then((made) => gone || set(made));
    return () => {
      gone = true;
    };
  }, [experiment, places, results]);
  return analysis;
}
