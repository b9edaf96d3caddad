import { useState } from 'preact/hooks';
import { shownTheme } from '../app/theme.ts';
import { formulaOf, GATES, type Gate } from '../rl/gate.ts';
import { decimal, percent, signed } from '../views/format.ts';
import { Chart } from '../views/chart.tsx';
import type { GatedGroup } from '../views/gate-data.ts';
import { GatePlot } from '../views/gate-plot.tsx';
import { Maths } from '../views/maths.tsx';
import { RewardBar } from '../views/reward-bar.tsx';
import { Segmented } from '../views/segmented.tsx';
import { gatedGroups } from './as-rollouts.ts';
import type { Chapter, ChapterProps } from './chapter.ts';
import { AdvantageCell, Doing, Facts, Figure, Paragraphs, titleOf, Verdict } from './parts.tsx';
import { Prediction } from './prediction.tsx';
import type { RecordedGroup, RecordedRun } from './recording.ts';
import './gate.css';

/** The gates of the recorded runs. */
export const SHOWN_GATES = ['posterior', 'ungated', 'outcome'] as const satisfies readonly Gate[];

const words = {
  title: 'The gate',
  point: 'Posterior-GRPO counts the reasoning only after the program has passed: R = R_f + R_o + R_o·R_t.',
  before: [
    'The rule is one multiplication. R_o is 1 when all tests pass and 0 otherwise, so R_o·R_t is R_t for a program that passes and nothing for one that fails. Posterior: after the outcome is known.',
    'These are real completions: every dot is one. To the right, the reasoning sounds better. The upper band passes. Switch the gate: not one completion changes, only what they are paid.',
  ],
  gate: 'Gate',
  caption: (shown: number, of: number, temperature: string) =>
    `${shown} groups of eight, sampled from the shipped start at temperature ${temperature}, so that some fail: of ${of} such groups, those in which R_t disagrees most with the tests. Filled: R_t counts. Hollow with a slash: withheld. Arrow: advantage.`,
  groups: 'Group on view',
  rewards: 'R_f + R_o + R_t',
  total: 'R',
  advantage: 'A',
  verdict: 'Verdict',
  withheld: 'R_t withheld',
  lifted: 'failing, yet made likelier',
  passing: 'passing',
  doing:
    'Switch the gate and watch the failing dots at the lower right: the arrows of some of them turn. Then find their group in the list.',
  question: (failing: number) =>
    `${failing} of these completions fail. Ungated, some of them are made likelier all the same. Under the posterior gate, how many are?`,
  options: { none: 'none of them', fewer: 'fewer than ungated, but not none', same: 'as many as ungated' },
  why: (ungated: number, posterior: number) =>
    `${ungated} ungated, ${posterior} under the gate. A failing completion gets at most R = 1 there, and a passing one at least 2, so every pass stands above every failure. Ungated, a failure may get 1.9 and a pass 2.1: the gap almost closes, and where most of a group fail, the best-sounding failure lies above the mean.`,
  curves: 'Three runs from one start, one seed',
  curvesAbout: (steps: number, tasks: number) =>
    `${steps} steps of 4 tasks × 8 completions. Share of ${tasks} held-out tasks solved on strict tests.`,
  thinking: 'What the reward model thinks meanwhile',
  thinkingAbout: 'Mean R_t of the completions of each step.',
  reading: (posterior: string, ungated: string, outcome: string) => [
    `Posterior ends at ${posterior}, ungated at ${ungated}, outcome only at ${outcome}. What made the difference here was paying for the reasoning: the plan names the empty case, and the program follows it.`,
    'The gate made none. In this world nearly every program passes its visible tests, so there is hardly anything to withhold. And it is one seed: another one moves these numbers. The Lab is there to try.',
  ],
  empty: 'Not recorded',
};

type Answer = keyof typeof words.options;

export function liftedAnswer(ungated: number, posterior: number): Answer {
  return posterior === 0 ? 'none' : posterior < ungated ? 'fewer' : 'same';
}

const PASS = 'eval/pass@1';
const colors = { posterior: 'held-out', ungated: 'thinking', outcome: 'visible' } as const;
const dashes = { posterior: [], ungated: [6, 3], outcome: [2, 3] } as const;

function Curves({ recording }: ChapterProps) {
  const { runs, settings } = recording;
  const of = (gate: Gate): RecordedRun => runs.find((run) => run.gate === gate) ?? runs[0]!;
  const last = (gate: Gate): string => percent(of(gate).evals.at(-1)!.metrics[PASS] ?? 0);
  const common = { xMax: settings.steps, theme: shownTheme.value, empty: words.empty };
  const line = (gate: (typeof SHOWN_GATES)[number]) => ({
    label: GATES[gate].label,
    color: colors[gate],
    dash: dashes[gate],
  });
  return (
    <>
      <div class="lesson-curves">
        <Chart
          {...common}
          title={words.curves}
          about={words.curvesAbout(settings.steps, Number(settings['evalTasks']))}
          x={runs[0]!.evals.map(({ step }) => step)}
          yRange={[0, 1]}
          format={percent}
          series={SHOWN_GATES.map((gate) => ({
            ...line(gate),
            points: true,
            values: of(gate).evals.map(({ metrics }) => metrics[PASS] ?? null),
          }))}
        />
        <Chart
          {...common}
          title={words.thinking}
          about={words.thinkingAbout}
          x={runs[0]!.steps.map(({ step }) => step)}
          yRange={[0, 1]}
          format={(value) => decimal(value)}
          series={SHOWN_GATES.map((gate) => ({
            ...line(gate),
            values: of(gate).steps.map(({ metrics }) => metrics['rewards/thinking/mean'] ?? null),
          }))}
        />
      </div>
      <Paragraphs texts={words.reading(last('posterior'), last('ungated'), last('outcome'))} />
    </>
  );
}

interface GroupTableProps {
  readonly group: GatedGroup;
  /** The same, with its verdicts. */
  readonly recorded: RecordedGroup;
  readonly chosen: number | null;
}

/** What the completions of a group are paid under the gate, and what becomes of them. */
function GroupTable({ group, recorded, chosen }: GroupTableProps) {
  return (
    <table class="gate-table">
      <thead>
        <tr>
          <th scope="col">{words.verdict}</th>
          <th scope="col">
            <Maths text={words.rewards} />
          </th>
          <th scope="col">{words.total}</th>
          <th scope="col">{words.advantage}</th>
        </tr>
      </thead>
      <tbody>
        {group.completions.map(({ rollout, opening, total, advantage }, i) => (
          <tr key={i} class={i === chosen ? 'chosen' : ''}>
            <td>
              <Verdict of={recorded.rollouts[i]!} />
            </td>
            <td>
              <RewardBar rewards={rollout.rewards} opening={opening} />
            </td>
            <td class="number">{decimal(total)}</td>
            <td aria-label={signed(advantage)}>
              <AdvantageCell value={advantage} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function View({ recording }: ChapterProps) {
  const { mixed, settings } = recording;
  const { groups } = mixed;
  const [gate, setGate] = useState<(typeof SHOWN_GATES)[number]>('ungated');
  const [at, look] = useState({ group: 0, completion: null as number | null });
  const step = gatedGroups(groups, gate, settings);
  const liftedBy = (by: Gate): number => gatedGroups(groups, by, settings).lifted;
  return (
    <>
      <p class="display-formula">
        <Maths text={`R = ${formulaOf('posterior')}`} />
      </p>
      <Paragraphs texts={words.before} />
      <Figure caption={words.caption(groups.length, mixed.of, String(mixed.temperature))}>
        <div class="gate-switch">
          <Segmented
            name="lesson-gate"
            legend={words.gate}
            options={SHOWN_GATES.map((value) => ({ value, label: GATES[value].label }))}
            value={gate}
            onChange={setGate}
          />
          <p>
            <Maths text={`R = ${formulaOf(gate)}`} />
          </p>
        </div>
        <div class="gate-figure">
          <GatePlot
            step={step}
            gate={gate}
            group={at.group}
            completion={at.completion}
            scope="all"
            onSelect={(g, completion) => look({ group: g, completion })}
          />
          <div class="gate-group">
            <Facts
              facts={[
                [words.passing, `${step.passing} / ${step.count}`],
                [words.withheld, percent(step.withheldShare)],
                [words.lifted, String(step.lifted)],
              ]}
            />
            <Segmented
              name="lesson-gate-group"
              legend={words.groups}
              options={groups.map((_, i) => ({ value: String(i), label: String(i + 1) }))}
              value={String(at.group)}
              onChange={(value) => look({ group: Number(value), completion: null })}
            />
            <h3>{titleOf(groups[at.group]!)}</h3>
            <GroupTable group={step.groups[at.group]!} recorded={groups[at.group]!} chosen={at.completion} />
          </div>
        </div>
      </Figure>
      <Doing what={words.doing} />
      <Prediction
        id="gate"
        question={words.question(step.count - step.passing)}
        options={Object.entries(words.options).map(([value, label]) => ({ value, label }))}
        answer={liftedAnswer(liftedBy('ungated'), liftedBy('posterior'))}
      >
        <p>
          <Maths text={words.why(liftedBy('ungated'), liftedBy('posterior'))} />
        </p>
      </Prediction>
      <Curves recording={recording} />
    </>
  );
}

export const gate: Chapter = { id: 'gate', title: words.title, point: words.point, View };
