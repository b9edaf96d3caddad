import { useMemo } from 'preact/hooks';
import { inPlaces } from '../../experiment/analysis.ts';
import { Downloads } from './downloads.tsx';
import { ResultsPanel } from './results-panel.tsx';
import { fileOf, reportOf, tablesOf } from './state/downloads.ts';
import type { ExperimentRun } from './state/experiment-run.ts';

/** What the finished cells of an experiment say, and the files of it. */
export function ExperimentResults({ run }: { readonly run: ExperimentRun }) {
  const results = run.results.value;
  const { experiment, places } = run;
  const cells = useMemo(() => inPlaces(places, results), [places, results]);
  const tables = (ending: string) => async () =>
    (await tablesOf(experiment.name, cells)).filter(({ name }) => name.endsWith(ending));
  return (
    <>
      <ResultsPanel design={experiment} cells={cells} />
      {cells.length > 0 && (
        <Downloads
          makers={{
            report: async () => [await reportOf(run, document)],
            csv: tables('.csv'),
            jsonl: tables('.jsonl'),
            file: async () => [fileOf(run)],
          }}
        />
      )}
    </>
  );
}
