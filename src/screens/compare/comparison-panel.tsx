import { usePage } from '../../app/page.ts';
import { type ChosenRun, compareRuns, type Comparison } from '../../experiment/runs.ts';
import { twinsAmong } from '../../experiment/twins.ts';
import { Maths } from '../../views/maths.tsx';
import { Downloads } from './downloads.tsx';
import { ResultsPanel } from './results-panel.tsx';
import { SettingsCard } from './settings-card.tsx';
import { comparisonReportOf, tablesOf } from './state/downloads.ts';
import { fileName } from './state/pictures.ts';
import { groupsOfRun, tasksOf } from './state/run-groups.ts';
import { text } from './text.ts';
import { TwinsCard } from './twins-card.tsx';
import './comparison-panel.css';

const words = text.comparison;

interface Props {
  readonly comparison: Comparison;
  /** In the order of the arms; none of results that were opened as a file. */
  readonly runs: readonly ChosenRun[];
}

/** What nobody planned: chosen runs, or results of the command line. */
export function ComparisonPanel({ comparison, runs }: Props) {
  const { workspace } = usePage();
  const { title, design, cells, arms, cautions } = comparison;
  const name = fileName(title);
  const tables = (ending: string) => async () =>
    (await tablesOf(name, cells)).filter((file) => file.name.endsWith(ending));
  /** With completions to step through, which are read now. */
  const report = async () => {
    if (runs.length === 0) return [await comparisonReportOf(comparison, document)];
    const store = await workspace.store.get();
    const groups = new Map<string, Awaited<ReturnType<typeof groupsOfRun>>>();
    for (const run of runs) groups.set(run.id, await groupsOfRun(run, store, await tasksOf(workspace, run)));
    const shown = compareRuns(runs, ({ id }) => groups.get(id) ?? []);
    return [await comparisonReportOf(shown, document)];
  };
  const twins = twinsAmong(runs.map((run) => ({ ...run, seed: run.config.seed })));
  return (
    <>
      <section class="card experiment-card" aria-label={title}>
        <header class="results-head">
          <h2>
            <Maths text={title} />
          </h2>
          <p class="number">{words.size(arms.length, design.seeds.length, cells.length)}</p>
        </header>
        <p class="hint">{runs.length > 0 ? words.chosen : words.opened}</p>
        {cautions.length > 0 && (
          <ul class="cautions" aria-label={words.cautions}>
            {cautions.map((caution) => (
              <li key={caution}>{caution}</li>
            ))}
          </ul>
        )}
      </section>
      <SettingsCard arms={arms} />
      <ResultsPanel design={design} cells={cells} />
      {runs.length > 0 && <TwinsCard pairs={twins} cells={cells} />}
      <Downloads makers={{ report, csv: tables('.csv'), jsonl: tables('.jsonl') }} />
    </>
  );
}
