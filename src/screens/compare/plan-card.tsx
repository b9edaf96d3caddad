import { useMemo } from 'preact/hooks';
import { costOf } from '../../experiment/schedule.ts';
import { sum } from '../../statistics/samples.ts';
import { grouped } from '../../views/format.ts';
import { Maths } from '../../views/maths.tsx';
import { about } from './about-time.ts';
import { presetLabel } from './preset-label.ts';
import { compare, type Compared, type ComparedArm, type Entry } from './state/plan-facts.ts';
import type { ExperimentRun } from './state/experiment-run.ts';
import { text } from './text.ts';
import { WideTable } from '../../views/wide-table.tsx';
import './plan-card.css';

const words = text.plan;

/** How long the whole takes: at the measured pace, or in completions while there is none. */
function timeText(run: ExperimentRun): string {
  const { share, secondsLeft } = run.progress.value;
  if (secondsLeft !== null && share < 1) return words.timeTotal(about(secondsLeft / (1 - share)));
  const results = run.results.value;
  if (share === 1)
    return words.timeTaken(about(sum(run.cells.map(({ key }) => results.get(key)?.seconds ?? 0))));
  return words.timeUnknown(grouped(sum(run.cells.map(costOf))));
}

function Entries({ entries }: { readonly entries: readonly Entry[] }) {
  return (
    <ul class="plan-entries">
      {entries.map(([name, value]) => (
        <li key={name}>
          <span>{name}</span> <b class="number">{value}</b>
        </li>
      ))}
    </ul>
  );
}

function Facts({ run, compared }: { readonly run: ExperimentRun; readonly compared: Compared }) {
  const { presets, seeds, evaluation } = run.experiment;
  const facts: readonly Entry[] = [
    [words.presets, presets.map(presetLabel).join(', ')],
    [words.seeds, seeds.join(', ')],
    [words.evaluation, words.evaluated(evaluation.limit, evaluation.set, evaluation.samples)],
    ...compared.choices,
    [words.time, timeText(run)],
  ];
  return (
    <dl class="plan-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class="number">{value}</dd>
        </div>
      ))}
      {compared.settings.length > 0 && (
        <div class="plan-settings">
          <dt>{words.settings}</dt>
          <dd>
            <Entries entries={compared.settings} />
          </dd>
        </div>
      )}
    </dl>
  );
}

/** A square for each seed and preset of an arm. */
function Cells({ run, arm }: { readonly run: ExperimentRun; readonly arm: string }) {
  const doing = run.doing.value?.cell.key;
  const results = run.results.value;
  return (
    <ul class="cell-squares">
      {run.places
        .filter((place) => place.arm === arm)
        .map(({ key, preset, seed }) => {
          const state = results.has(key) ? 'done' : key === doing ? 'doing' : 'missing';
          return (
            <li key={`${preset} ${seed}`} class={state} title={words.cell[state](seed)}>
              <span class="visually-hidden">{words.cell[state](seed)}</span>
            </li>
          );
        })}
    </ul>
  );
}

function ArmRow({ run, arm }: { readonly run: ExperimentRun; readonly arm: ComparedArm }) {
  return (
    <tr>
      <th scope="row">
        <Maths text={arm.label} />
      </th>
      <td>
        {arm.frozen && words.frozen}
        {!arm.frozen && arm.differs.length === 0 && <span class="hint">{words.nothing}</span>}
        <Entries entries={arm.differs} />
      </td>
      <td>
        <Cells run={run} arm={arm.name} />
      </td>
    </tr>
  );
}

/** What is asked, what is expected, and what is compared: all that the file decides before anything runs. */
export function PlanCard({ run }: { readonly run: ExperimentRun }) {
  const { experiment, places, cells } = run;
  const { title, question, expectation, arms, seeds, presets } = experiment;
  const compared = useMemo(() => compare(experiment, places), [experiment, places]);
  return (
    <section class="card experiment-card plan-card" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <p class="about number">{words.size(arms.length, seeds.length, presets.length, cells.length)}</p>
      </header>
      {question !== '' && (
        <p class="plan-question">
          <Maths text={question} />
        </p>
      )}
      {expectation !== '' && (
        <p class="plan-expectation">
          <b>{words.expectation}</b> <Maths text={expectation} />
        </p>
      )}
      <Facts run={run} compared={compared} />
      <WideTable label={words.arms}>
        <thead>
          <tr>
            <th scope="col">{words.arm}</th>
            <th scope="col">{words.differs}</th>
            <th scope="col" title={words.cellsAbout}>
              {words.cells}
            </th>
          </tr>
        </thead>
        <tbody>
          {compared.arms.map((arm) => (
            <ArmRow key={arm.name} run={run} arm={arm} />
          ))}
        </tbody>
      </WideTable>
    </section>
  );
}
