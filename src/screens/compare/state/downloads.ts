/** Files of an experiment to take along. What makes them is loaded when they are asked for. */
import { dependencies, version } from '../../../../package.json';
import type { NamedText } from '../../../app/save-file.ts';
import { analyse, inPlaces } from '../../../experiment/analysis.ts';
import type { ComparedCell } from '../../../experiment/results.ts';
import type { Comparison } from '../../../experiment/runs.ts';
import type { ExperimentRun } from './experiment-run.ts';
import { fileName } from './pictures.ts';

/** One HTML file with everything in it. */
export async function reportOf(
  { experiment, places, results }: ExperimentRun,
  document: Document,
): Promise<NamedText> {
  const { renderExperiment } = await import('../../../experiment/report/report.ts');
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

/** The report of what nobody planned. */
export async function comparisonReportOf(comparison: Comparison, document: Document): Promise<NamedText> {
  const { renderComparison } = await import('../../../experiment/report/comparison.ts');
  const versions = { Posterior: version, Browser: navigator.userAgent };
  const { design, cells, title } = comparison;
  const text = renderComparison(comparison, analyse(design, cells), versions, document);
  return { name: `${fileName(title)}-report.html`, type: 'text/html', text };
}

/** Tables of the results, by the names that the command line gives them. */
export async function tablesOf(prefix: string, cells: readonly ComparedCell[]): Promise<NamedText[]> {
  const { exportedFiles } = await import('../../../experiment/export.ts');
  return Object.entries(exportedFiles(cells)).map(([name, text]) => ({
    name: `${prefix}-${name}`,
    type: name.endsWith('.csv') ? 'text/csv' : 'application/jsonl',
    text,
  }));
}

export const fileOf = ({ experiment: { name }, json }: ExperimentRun): NamedText => ({
  name: `${name}.json`,
  type: 'application/json',
  text: `${JSON.stringify(json, null, 2)}\n`,
});
