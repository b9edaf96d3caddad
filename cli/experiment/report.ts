/** Writes what came of an experiment: the report and the tables. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBrowser } from '../../scripts/browser.mjs';
import { analyse, inPlaces } from '../../src/experiment/analysis.ts';
import { completionsOf } from '../../src/experiment/completions.ts';
import { exportedFiles } from '../../src/experiment/export.ts';
import type { Experiment } from '../../src/experiment/file.ts';
import type { Cell } from '../../src/experiment/plan.ts';
import type { CellResult, CompletionRow } from '../../src/experiment/results.ts';
import { writeText } from '../write-files.ts';
import { DEPENDENCIES } from '../package.ts';
import type { ExperimentFolder } from './folder.ts';

/** @returns the path of the report */
export async function writeReport(
  folder: ExperimentFolder,
  experiment: Experiment,
  cells: readonly Cell[],
  results: ReadonlyMap<string, CellResult>,
  command: string,
): Promise<string> {
  // Only here: what draws charts takes longer to load than many a mistake takes to find.
  const [{ renderExperiment }, { parseHTML }] = await Promise.all([
    import('../../src/experiment/report/report.ts'),
    import('linkedom'),
  ]);
  const placed = inPlaces(cells, results);
  const { document } = parseHTML('<!doctype html><html></html>');
  const html = renderExperiment(
    {
      experiment,
      cells,
      results: placed,
      analysis: analyse(experiment, placed),
      completions: completionsIn(folder, experiment, placed),
      commands: [command],
      versions: versions(),
    },
    document,
  );
  for (const [name, text] of Object.entries(exportedFiles(placed)))
    await writeText(join(folder.path, name), text);
  const path = join(folder.path, 'report.html');
  await writeText(path, html);
  return path;
}

function completionsIn(
  folder: ExperimentFolder,
  { presets, arms, bootstrap }: Experiment,
  results: readonly CellResult[],
) {
  return presets.flatMap((preset) =>
    arms
      .filter(({ frozen }) => !frozen)
      .map(({ name }) => {
        const own = results.filter((result) => result.preset === preset && result.arm === name);
        const rows = own.map(({ key }) => readRows(folder.completions(key)));
        return { preset, ...completionsOf(name, rows, bootstrap.seed) };
      }),
  );
}

const readRows = (path: string): CompletionRow[] =>
  existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as CompletionRow)
    : [];

const LIBRARIES = ['onnxruntime-web', 'pyodide'] as const;

function versions(): Record<string, string> {
  const browser = execFileSync(ensureBrowser(), ['--version'], {
    encoding: 'utf8',
    // Wrappers of browsers have warnings of their own.
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [, name = 'a browser', version = ''] = /^(.*?) ([\d.]+)/.exec(browser) ?? [];
  return {
    [name]: version,
    ...Object.fromEntries(
      LIBRARIES.flatMap((each) => (DEPENDENCIES[each] ? [[each, DEPENDENCIES[each]]] : [])),
    ),
    'Node.js': process.versions.node,
  };
}
