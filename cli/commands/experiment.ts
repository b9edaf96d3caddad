import { dirname, join, resolve } from 'node:path';
import { ROOT } from '../../scripts/install.mjs';
import { type Experiment, ExperimentError, parseExperiment } from '../../src/experiment/file.ts';
import { type Cell, cellsOf } from '../../src/experiment/plan.ts';
import type { CellResult } from '../../src/experiment/results.ts';
import { type CellNews, runCells } from '../../src/experiment/run.ts';
import { Schedule } from '../../src/experiment/schedule.ts';
import type { AutomationEvent } from '../../src/headless/requests.ts';
import type { DeviceChoice } from '../../src/runtime/device.ts';
import { withPage } from '../browser.ts';
import { commandLine } from '../command-line.ts';
import type { Command, Terminal } from '../command.ts';
import { EXIT, InputError, UsageError } from '../errors.ts';
import { ExperimentFolder } from '../experiment/folder.ts';
import { ExperimentProgress } from '../experiment/progress.ts';
import { writeReport } from '../experiment/report.ts';
import { Replicates } from '../experiment/replicates.ts';
import { pageBench } from '../experiment/bench.ts';
import { readJson, shown } from '../files.ts';
import { asInputError, findModel } from '../model-folder.ts';
import { parseWithOne } from '../options.ts';
import { VERSION } from '../package.ts';
import { deviceOption, folderOption } from '../shared-options.ts';

const OPTIONS = {
  out: folderOption('folder of the experiment; one that was stopped goes on there'),
  cells: {
    kind: 'text',
    value: 'DIR',
    help: 'folder of finished cells, which experiments may share (default: in --out)',
  },
  models: {
    kind: 'text',
    value: 'DIR',
    help: 'folder of the replicates’ models, made once and shared (default: runs/replicates)',
  },
  jobs: {
    kind: 'integer',
    min: 1,
    max: 64,
    help: 'cells that are computed at once, with one core each; by default one, with all cores',
  },
  device: deviceOption('where to compute; auto takes WebGPU on real hardware'),
  report: { kind: 'flag', help: 'compute nothing, and write the report of what is finished' },
  json: { kind: 'flag', help: 'one JSON object per line on stdout: a cell each, and a summary' },
} as const;

export const experiment: Command = {
  name: 'experiment',
  summary: 'compare arms over seeds, as a file says, with a report',
  usage: 'FILE --out DIR [options]',
  description:
    'Computes every arm of the file with every preset and seed: makes the models that a replicate has of its own, trains,\n' +
    'and evaluates the end with several samples of each task. What is finished is kept cell by cell. Whatever stops it, the\n' +
    'same command goes on where it stopped, with the same numbers.\n\n' +
    'Writes report.html, results.csv, results.jsonl, tasks.csv and tasks.jsonl. docs/experiments.md says what a file may hold.',
  options: OPTIONS,
  examples: [
    'experiment public/experiments/gates.json --out runs/gates',
    'experiment docs/experiments/e1.json --out runs/e1 --cells runs/cells --jobs 2 --device wasm',
  ],
  async run(argv, terminal) {
    const { values, argument: path } = parseWithOne(OPTIONS, argv, 'experiment takes one file');
    if (values.out === undefined)
      throw new UsageError('experiment needs --out with the folder to write into.');
    const asked = await readExperiment(path);
    const cells = await cellsOf(asked).catch(inFile(path));
    for (const folder of foldersOf(cells)) await findModel(folder);
    const out = resolve(values.out);
    const folder = await ExperimentFolder.open(out, asked, resolve(values.cells ?? join(out, 'cells')));
    const results = await folder.results(cells, VERSION);
    if (!values.report)
      await computeMissing(
        cells,
        results,
        {
          folder,
          models: resolve(values.models ?? join(ROOT, 'runs', 'replicates')),
          jobs: values.jobs ?? null,
          device: values.device,
          json: values.json,
        },
        terminal,
      );
    const report = await writeReport(folder, asked, cells, results, commandLine('experiment', argv));
    const missing = cells.filter(({ key }) => !results.has(key)).length;
    if (values.json)
      terminal.out(JSON.stringify({ type: 'summary', cells: cells.length, missing, report, out }));
    else {
      terminal.out(`Report: ${shown(report)}`);
      if (missing > 0) terminal.out(`${missing} of ${cells.length} cells are not computed yet.`);
    }
    return EXIT.ok;
  },
};

const inFile =
  (path: string) =>
  (error: unknown): never => {
    if (!(error instanceof ExperimentError)) throw error;
    throw new InputError(`${path} cannot be used. ${error.message}`);
  };

/** With folders of models as they are seen from here. */
async function readExperiment(path: string): Promise<Experiment> {
  const json = await readJson(path);
  try {
    const read = parseExperiment(json);
    const from = dirname(resolve(path));
    const placed = <C>(choice: C): C =>
      typeof choice === 'object' && choice !== null && 'folder' in choice
        ? { ...choice, folder: resolve(from, choice.folder as string) }
        : choice;
    return {
      ...read,
      arms: read.arms.map((arm) => ({ ...arm, policy: placed(arm.policy), reward: placed(arm.reward) })),
    };
  } catch (error) {
    return inFile(path)(error);
  }
}

const foldersOf = (cells: readonly Cell[]): string[] => [
  ...new Set(
    cells
      .flatMap(({ policy, reward }) => [policy, reward])
      .flatMap((choice) => (typeof choice === 'object' && 'folder' in choice ? [choice.folder] : [])),
  ),
];

interface Computing {
  readonly folder: ExperimentFolder;
  readonly models: string;
  /** `null`: one cell at a time, with all cores. */
  readonly jobs: number | null;
  readonly device: DeviceChoice;
  readonly json: boolean;
}

/** Adds to the results what is missing. */
async function computeMissing(
  cells: readonly Cell[],
  results: Map<string, CellResult>,
  { folder, models, jobs, device, json }: Computing,
  terminal: Terminal,
): Promise<void> {
  // Arms with the same settings are computed once.
  const missing = [...new Map(cells.map((cell) => [cell.key, cell])).values()].filter(
    ({ key }) => !results.has(key),
  );
  if (missing.length === 0) return;
  const schedule = new Schedule(missing);
  const replicates = new Replicates(models);
  const pages = Math.min(jobs ?? 1, missing.length);
  const progress = new ExperimentProgress(terminal, cells, results);
  const news: CellNews = {
    begun: (cell: Cell) => progress.begun(cell),
    done: (cell: Cell, result: CellResult) => {
      results.set(cell.key, result);
      progress.done(cell);
      if (json) terminal.out(JSON.stringify(cellLine(result)));
    },
  };
  const stop = new AbortController();
  const page = async (): Promise<void> => {
    const onEvent = (event: AutomationEvent): void => progress.take(event);
    const limit = jobs === null ? {} : { cores: 1 };
    await withPage({ profile: null, device, onEvent, signal: stop.signal, ...limit }, (call, exchange) =>
      runCells(schedule, pageBench({ call, exchange, device }, folder, replicates, VERSION), news),
    );
  };
  progress.say(
    `${missing.length} of ${cells.length} cells to compute; finished ones are kept in ${shown(folder.cells)}`,
  );
  try {
    const running = Array.from({ length: pages }, page);
    // One that fails ends the others, whose cells are begun anew another time.
    await Promise.all(running).catch(async (error: unknown) => {
      stop.abort();
      await Promise.allSettled(running);
      return asInputError(error);
    });
  } finally {
    progress.end();
  }
}

const cellLine = ({ key, arm, preset, seed, seconds }: CellResult) => ({
  type: 'cell',
  key,
  arm,
  preset,
  seed,
  seconds,
});
