import { REPORT_STYLE } from '../../report/style.ts';
import { findPreset } from '../../run/presets.ts';
import { type Analysis, mainMeasure, type PresetAnalysis } from '../analysis.ts';
import type { CompletionsAnalysis } from '../completions.ts';
import type { Experiment } from '../file.ts';
import type { Cell } from '../plan.ts';
import type { CellResult } from '../results.ts';
import { answers } from './answers.ts';
import { completionsTable } from './completions.ts';
import { endFigure, endTable, seedTables } from './ends.ts';
import { exampleList } from './examples.ts';
import { html, Markup } from './html.ts';
import { counted, listed } from './numbers.ts';
import { commandList, machineTable, missingList, missingNotice, modelTable, settingsTable } from './setup.ts';
import { EXPERIMENT_STYLE } from './style.ts';
import { curveFigures, dataUseTable } from './training.ts';

/** Everything that the report of an experiment shows. */
export interface ExperimentReport {
  readonly experiment: Experiment;
  /** The whole plan, finished or not. */
  readonly cells: readonly Cell[];
  readonly results: readonly CellResult[];
  /** Of `results`. */
  readonly analysis: Analysis;
  /** Of the completions of each preset and arm, as far as they are at hand. */
  readonly completions: readonly (CompletionsAnalysis & { readonly preset: string })[];
  /** The commands that repeat it, as they are typed. */
  readonly commands: readonly string[];
  /** What it ran on, by name: browser, runtime, libraries. */
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * One HTML file with everything in it: no script, no request. Reads in light and in dark, and on a phone.
 * @param document makes the charts' elements; nothing is added to it
 */
export function renderExperiment(report: ExperimentReport, document: Document): string {
  const { experiment, analysis, results, commands, versions } = report;
  const { title, question, expectation } = experiment;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>${title}</title>
        <style>
          ${new Markup(REPORT_STYLE + EXPERIMENT_STYLE)}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${question === '' ? null : html`<p class="question">${question}</p>`}
          ${expectation === '' ? null : html`<p class="expectation"><strong>Expected, written down before it ran:</strong> ${expectation}</p>`}
          ${missingNotice(analysis)}
          ${analysis.presets.map((preset) => presetSections(preset, report, document))}
          <h2>How it was made</h2>
          ${machineTable(experiment, results, versions)} ${modelTable(experiment, results)}
          ${
            commands.length === 0
              ? null
              : html`<h3>Commands</h3>
                  ${commandList(commands)}`
          }
          ${missingList(analysis, experiment)}
        </main>
      </body>
    </html> `;
  return page.text;
}

function presetSections(
  preset: PresetAnalysis,
  { experiment, cells, results, completions }: ExperimentReport,
  document: Document,
): Markup {
  const several = experiment.presets.length > 1;
  const { label } = findPreset(preset.preset);
  const heading = (text: string): Markup => html`<h2>${text}${several ? `: ${label}` : ''}</h2>`;
  if (preset.arms.every((arm) => arm.cells === 0))
    return html`${heading('Answer')}
      <p>Nothing is finished yet.</p>
      ${heading('Settings')}${settingsTable(experiment, cells, preset.preset)}`;
  const answered = answers(preset, experiment);
  const figure = endFigure(preset, experiment, mainMeasure(experiment));
  const curves = preset.curves.length === 0 ? null : curveFigures(preset, document);
  const use = dataUseTable(preset);
  const said = completionsTable(
    experiment,
    completions.filter((each) => each.preset === preset.preset),
  );
  const examples = exampleList(experiment, results, preset.preset);
  return html`${answered === null ? null : html`${heading('Answer')}${answered}`}
    ${heading('What was compared')}
    <p>${about(preset, experiment)}</p>
    ${heading('Where the arms ended')}${figure}${endTable(preset, experiment)}${seedTables(preset, experiment)}
    ${
      curves === null
        ? null
        : html`${heading('On the way')}
            <p class="note">
              Means over seeds. The shaded band is the 95 % interval over seeds; with fewer than three seeds
              it goes from the smallest to the largest. Arms that are not trained have no curve. Where the
              arms are too many for one figure, each has the others in grey.
            </p>
            ${curves}`
    }
    ${use === null ? null : html`${heading('What the groups were good for')}${use}`}
    ${said === null ? null : html`${heading('What the completions say')}${said}`}
    ${heading('Settings')}${settingsTable(experiment, cells, preset.preset)}
    ${examples === null ? null : html`${heading('Completions')}${examples}`}`;
}

/** For a reader who never saw the project. */
function about({ tasks }: PresetAnalysis, { arms, seeds, evaluation, bootstrap }: Experiment): string {
  return (
    'Posterior trains a small language model to solve tasks: it writes several completions of a task, each is rewarded for its form ' +
    '(R_f), for passing the visible tests (R_o) and for its reasoning, as a reward model scores it (R_t), and those rewarded above the ' +
    'others of the same task become likelier. A gate says when R_t counts. ' +
    `Compared are ${counted(arms.length, 'arm')}, ways to do this, each with ${counted(seeds.length, 'seed')} (${listed(seeds)}) that were fixed beforehand. ` +
    'A seed is one repetition: where policy and reward model are made for it, it has its own, and all arms share them. ' +
    `At the end each policy answers ${counted(tasks, 'held-out task')}, ${counted(evaluation.samples, 'sample')} of each, with the same random numbers. ` +
    `Intervals that resample draw ${bootstrap.resamples.toLocaleString('en')} times.`
  );
}
