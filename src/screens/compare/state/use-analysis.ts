import { useEffect, useState } from 'preact/hooks';
import type { Analysis } from '../../../experiment/analysis.ts';
import type { MeasureName } from '../../../experiment/measures.ts';
import { messageOf } from '../../../errors.ts';
import type { ExperimentRun } from './experiment-run.ts';

export interface Analysed {
  /** `null` before the first cell is finished. */
  readonly analysis: Analysis | null;
  /** What the experiment is about. */
  readonly measure: MeasureName;
  readonly error: string | null;
}

const NOTHING: Analysed = { analysis: null, measure: 'strict', error: null };

/** What the finished cells say. What analyses them is loaded with the first. */
export function useAnalysis({ experiment, places, results: signal }: ExperimentRun): Analysed {
  const results = signal.value;
  const [analysis, set] = useState<Analysed>(NOTHING);
  useEffect(() => {
    let gone = false;
    if (results.size === 0) return undefined;
    const analysed = async (): Promise<Analysed> => {
      const { analyse, inPlaces, mainMeasure } = await import('../../../experiment/analysis.ts');
      const analysis = analyse(experiment, inPlaces(places, results));
      return { analysis, measure: mainMeasure(experiment), error: null };
    };
    void analysed()
      .catch((error: unknown): Analysed => ({ ...NOTHING, error: messageOf(error) }))
      .then((made) => gone || set(made));
    return () => {
      gone = true;
    };
  }, [experiment, places, results]);
  return analysis;
}
