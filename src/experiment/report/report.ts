import { counted } from '../../counted.ts';
import { findPreset } from '../../run/presets.ts';
import type { Analysis, PresetAnalysis } from '../analysis.ts';
import type { CompletionsAnalysis } from '../completions.ts';
import type { Experiment } from '../file.ts';
import type { Cell } from '../plan.ts';
import type { CellResult } from '../results.ts';
import { completionsTable } from './completions.ts';
import { exampleList } from './examples.ts';
import { html, type Markup } from './html.ts';
import { listed } from './numbers.ts';
import { reportPage } from './page.ts';
import { answerSection, endSection, waySections } from './sections.ts';
import { commandList, machineTable, missingList, missingNotice, modelTable, settingsTable } from './setup.ts';
import { dataUseTable } from './training.ts';

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
 * One HTML file with everything in it, which plays through the steps. Reads in light and in dark, on a phone, and without
 * scripts.
 * @param document makes the charts' elements; nothing is added to it
 */
export function renderExperiment(report: ExperimentReport, document: Document): string {
  const { experiment, analysis, results, commands, versions } = report;
  const { title, question, expectation } = experiment;
  return reportPage(
    title,
    html`${question === '' ? null : html`<p class="question">${question}</p>`}
    ${expectation === '' ? null : html`<p class="expectation"><strong>Expected, written down before it ran:</strong> ${expectation}</p>`}
    ${missingNotice(analysis, 'Not finished.')}`,
    html`${analysis.presets.map((preset) => presetSections(preset, report, document))}
      <h2>How it was made</h2>
      ${machineTable(experiment, results, versions)} ${modelTable(experiment, results)}
      ${
        commands.length === 0
          ? null
          : html`<h3>Commands</h3>
              ${commandList(commands)}`
      }
      ${missingList(analysis, experiment)}`,
  );
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
  const use = dataUseTable(preset);
  const said = completionsTable(
    experiment,
    completions.filter((each) => each.preset === preset.preset),
  );
  const examples = exampleList(experiment, results, preset.preset);
  return html`${answerSection(preset, experiment, heading)}${heading('What was compared')}
    <p>${about(preset, experiment)}</p>
    ${endSection(preset, experiment, heading)}${waySections(preset, experiment, results, heading, document)}
    ${use === null ? null : html`${heading('What the groups were good for')}${use}`}
    ${said === null ? null : html`${heading('What the completions say')}${said}`}
    ${heading('Settings')}${settingsTable(experiment, cells, preset.preset)}
    ${examples === null ? null : html`${heading('Completions of the last step')}${examples}`}`;
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
