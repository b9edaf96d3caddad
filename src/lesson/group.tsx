import { useState } from 'preact/hooks';
import { decimal } from '../views/format.ts';
import type { Chapter, ChapterProps } from './chapter.ts';
import { mixedFirst, ofTotals, partsOf, scored } from './numbers.ts';
import { AdvantageCell, Doing, Facts, Figure, Paragraphs, titleOf } from './parts.tsx';
import { Prediction } from './prediction.tsx';
import './group.css';

const words = {
  title: 'A group and its baseline',
  point: 'An attempt is good or bad only beside the others. The group of eight is the yardstick.',
  before: (task: string) => [
    `Eight completions for one task: “${task}” Each gets a reward R. How it is made comes later; take it as a mark.`,
    'A mark of 2 says little by itself: is the task easy, or the attempt good? So each reward is compared with the mean of its group, the baseline, and divided by the deviation of the group. The result is the advantage A. Above 0, the tokens of that completion will be made likelier; below 0, less likely.',
  ],
  caption:
    'R is the reward of a completion; A = (R − mean) ÷ (deviation + 0.0001). Bars to the right lift, bars to the left lower.',
  formula: 'A = (R − mean) ÷ deviation',
  doing:
    'Change one reward and watch all eight advantages move. Take one of these groups, and leave out the division.',
  reward: (i: number) => `Reward of completion ${i}`,
  number: '#',
  total: 'R',
  advantage: 'A',
  mean: 'mean',
  deviation: 'deviation',
  divide: 'Divide by the deviation, as GRPO does; without it, Dr. GRPO',
  flat: 'No gradient: all rewards are equal, so this group teaches nothing.',
  presets: {
    recorded: 'as recorded',
    worked: '2.9, 2.3, 1, 1, twice',
    pass: 'all pass',
    fail: 'all fail',
    malformed: 'seven well-formed, one not',
  },
  question:
    'Seven completions fail their tests but have the right form: reward 1. One has not even the form: reward 0. What are the advantages?',
  options: {
    noise: 'about +0.35 for the seven, about −2.47 for the one',
    one: '+1 for the seven, −1 for the one',
    none: '0 for all of them: none passes',
  },
  why: 'The mean is 0.875 and the deviation only 0.354, and the distance from the mean is divided by it. So seven programs that fail are all made a little likelier, because of a single slip of form. A group without a pass still pushes. Dr. GRPO leaves the division out for this reason.',
};

export const GROUP_PRESETS = {
  worked: [2.9, 2.9, 2.3, 2.3, 1, 1, 1, 1],
  pass: [2, 2, 2, 2, 2, 2, 2, 2],
  fail: [1, 1, 1, 1, 1, 1, 1, 1],
  malformed: [1, 1, 1, 1, 1, 1, 1, 0],
} as const;

function View({ recording }: ChapterProps) {
  const group = mixedFirst(recording.mixed.groups)[0]!;
  const recorded = scored(group.rollouts.map(partsOf), recording.settings.gate).totals;
  const [totals, set] = useState<readonly number[]>(recorded);
  const [divided, divide] = useState(true);
  const { mean, deviation, advantages } = ofTotals(totals, divided ? 'group' : 'none');
  const edit = (i: number, value: number): void => {
    if (Number.isFinite(value))
      set(totals.map((old, k) => (k === i ? Math.max(0, Math.min(3, value)) : old)));
  };
  const presets = { recorded, ...GROUP_PRESETS };
  return (
    <>
      <Paragraphs texts={words.before(titleOf(group))} />
      <p class="display-formula">{words.formula}</p>
      <Figure caption={words.caption}>
        <table class="group-table">
          <thead>
            <tr>
              <th scope="col">{words.number}</th>
              <th scope="col">{words.total}</th>
              <th scope="col">{words.advantage}</th>
            </tr>
          </thead>
          <tbody>
            {totals.map((total, i) => (
              <tr key={i}>
                <th scope="row">{i + 1}</th>
                <td>
                  <input
                    type="range"
                    min={0}
                    max={3}
                    step={0.05}
                    value={total}
                    aria-label={words.reward(i + 1)}
                    aria-valuetext={decimal(total)}
                    onInput={(event) => edit(i, event.currentTarget.valueAsNumber)}
                  />
                  <b class="number">{decimal(total)}</b>
                </td>
                <td>
                  <AdvantageCell value={advantages[i]!} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <Facts
          facts={[
            [words.mean, decimal(mean, 3)],
            [words.deviation, decimal(deviation, 3)],
          ]}
        />
        <label class="group-divide">
          <input
            type="checkbox"
            checked={divided}
            onChange={(event) => divide(event.currentTarget.checked)}
          />{' '}
          {words.divide}
        </label>
        {deviation === 0 && <p class="badge warn">{words.flat}</p>}
      </Figure>
      <Doing what={words.doing}>
        <div class="preset-buttons">
          {Object.entries(presets).map(([name, values]) => (
            <button key={name} type="button" onClick={() => set(values)}>
              {words.presets[name as keyof typeof words.presets]}
            </button>
          ))}
        </div>
      </Doing>
      <Prediction
        id="group"
        question={words.question}
        options={Object.entries(words.options).map(([value, label]) => ({ value, label }))}
        answer="noise"
      >
        <p>{words.why}</p>
      </Prediction>
    </>
  );
}

export const group: Chapter = { id: 'group', title: words.title, point: words.point, View };
