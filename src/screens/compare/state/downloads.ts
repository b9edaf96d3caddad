/** Files of an experiment to take along. What makes them is loaded when they are asked for. */
import { dependencies } from '../../../../package.json';
import { saveFile } from '../../../app/save-file.ts';
import type { ExperimentRun } from './experiment-run.ts';

export interface NamedText {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

/** One HTML file with everything in it. */
export async function reportOf(
  { experiment, places, results }: ExperimentRun,
  document: Document,
): Promise<NamedText> {
  const [{ analyse, inPlaces }, { renderExperiment }] = await Promise.all([
    import('../../../experiment/analysis.ts'),
    import('../../../experiment/report/report.ts'),
  ]);
  const finished = inPlaces(places, results.peek());
  const { name } = experiment;
  const report = {
    experiment,
    cells: places,
    results: finished,
    analysis: analyse(experiment, finished),
    // Those of the training are not kept in a page.
    completions: [],
    versions: {
      Browser: navigator.userAgent,
      'onnxruntime-web': dependencies['onnxruntime-web'],
      pyodide: dependencies.pyodide,
    },
    commands: [`npm run -s posterior -- experiment ${name}.json --out runs/${name}`],
  };
  return { name: `${name}-report.html`, type: 'text/html', text: renderExperiment(report, document) };
}

/** Tables of the results, by the names that the command line gives them. */
export async function tablesOf({ experiment, places, results }: ExperimentRun): Promise<NamedText[]> {
  const [{ inPlaces }, { exportedFiles }] = await Promise.all([
    import('../../../experiment/analysis.ts'),
    import('../../../experiment/export.ts'),
  ]);
  const files = exportedFiles(inPlaces(places, results.peek()));
  return Object.entries(files).map(([name, text]) => ({
    name: `${experiment.name}-${name}`,
    type: name.endsWith('.csv') ? 'text/csv' : 'application/jsonl',
    text,
  }));
}

export const fileOf = ({ experiment: { name }, json }: ExperimentRun): NamedText => ({
  name: `${name}.json`,
  type: 'application/json',
  text: `${JSON.stringify(json, null, 2)}\n`,
});

/** Hands it to the browser’s downloads. */
export const save = ({ name, type, text }: NamedText): void => saveFile(name, new Blob([text], { type }));
