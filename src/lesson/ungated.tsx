import { useState } from 'preact/hooks';
import { code } from '../domains/code/index.ts';
import type { CodeTask } from '../domains/code/task.ts';
import { decimal } from '../views/format.ts';
import { Maths } from '../views/maths.tsx';
import { Program } from '../views/program.tsx';
import { TestChips } from '../views/test-chips.tsx';
import type { Chapter, ChapterProps } from './chapter.ts';
import { ofTotals, thinkingOf } from './numbers.ts';
import { AdvantageCell, Doing, Facts, Figure, Paragraphs, titleOf, Verdict } from './parts.tsx';
import { Prediction } from './prediction.tsx';
import { useAnswered } from './state.ts';
import './ungated.css';

const words = {
  title: 'What goes wrong ungated',
  point: 'Pay for reasoning that only sounds good, and you get reasoning that only sounds good.',
  before: [
    'The simplest use of the second score is to add it: R = R_f + R_o + R_t, always. This is the ungated reward.',
    'These are six real completions from ungated runs. Their tasks ask for two conditions at once, which the policy could not write, so no completion passed. Their reward model had a known fault: it likes long reasoning. Look at what had the highest R_t in steps 21 to 30.',
  ],
  of: (at: number, all: number) => `${at} of ${all}`,
  next: 'Next completion',
  reasoning: 'Reasoning',
  program: 'Program',
  tests: 'Visible tests',
  flawed: 'R_t, flawed model',
  shipped: 'R_t, shipped model',
  from: (seed: number, step: number) => `seed ${seed}, step ${step}`,
  caption:
    'Completions as the policy wrote them, run again on their visible tests. The second score is that of the shipped reward model, which did not train these.',
  doing:
    'Go through all six. Find a plan that says one thing twice, and a program that its plan has leaked into.',
  caveatTitle: 'What this does not show',
  caveat: [
    'Nothing passed in these runs. So the gate was never open, and “posterior” there meant training without R_t at all.',
    'The flaw is not the whole cause. In an experiment with controls, ungated runs lost what they could do with R_t drawn at random, too, and least with a good reward model. Much of it is arithmetic, as the question below shows.',
    'On tasks that are sometimes passed, five replicates say this. The gate keeps more of what the visible tests try, under flawed and good reward models alike. On held-out tests it mostly costs, because the second score also teaches from failing programs. Only under the model that likes long reasoning, with its score counted three times, did the gate end ahead.',
  ],
  loud: 'The arithmetic, to see for yourself, on eight made-up rewards: all fail, and their R_t hardly differ.',
  loudCaption: (deviation: string) =>
    `R = 1 + R_t, and R_t runs only from 0.90 to 0.92. The deviation is ${deviation}, yet the advantages are as large as those of a group with passes and fails.`,
  reward: 'R',
  advantage: 'A',
  question:
    'Eight completions fail. Their R_t differ by at most 0.02. How large is the advantage of the best-sounding one, ungated?',
  options: {
    tiny: 'about 0.02: the difference is tiny',
    large: 'well above 1: as large as in any group',
    none: '0: it failed its tests',
  },
  why: 'Where all fail, R_t is the only thing that differs. Every group is scaled to the same spread, so a small difference becomes as loud as a large one. The update cannot know that 0.02 was noise.',
};

export const LOUD = [0.9, 0.9, 0.905, 0.905, 0.91, 0.91, 0.915, 0.92].map((thinking) => 1 + thinking);

function Hacked({ recording: { hacked } }: ChapterProps) {
  const [at, turn] = useState(0);
  const shown = hacked[at]!;
  const { error, line, checks } = code.show(shown.verification, shown.task as CodeTask);
  return (
    <Figure caption={words.caption}>
      <div class="hacked-head">
        <h3>{titleOf(shown)}</h3>
        <p class="hint">
          {words.of(at + 1, hacked.length)} · {words.from(shown.seed, shown.step)}
        </p>
        <button type="button" onClick={() => turn((at + 1) % hacked.length)}>
          {words.next}
        </button>
      </div>
      <div class="hacked-texts">
        <div>
          <h4>{words.reasoning}</h4>
          <Program source={shown.reasoning} language={null} line={null} />
          <Facts
            facts={[
              [words.flawed, decimal(shown.thinking, 3)],
              [words.shipped, decimal(thinkingOf(shown.shipped), 3)],
            ]}
          />
        </div>
        <div>
          <h4>
            {words.program} <Verdict of={shown} />
          </h4>
          <Program source={shown.program} language="python" line={line} />
          {error && (
            <p class="error-line">
              <b>{error.type}</b>: {error.message}
            </p>
          )}
        </div>
      </div>
      <details class="more">
        <summary>{words.tests}</summary>
        <TestChips checks={checks} />
      </details>
    </Figure>
  );
}

function View({ recording }: ChapterProps) {
  const loud = ofTotals(LOUD);
  const answered = useAnswered('ungated');
  return (
    <>
      <Paragraphs texts={words.before} />
      <Hacked recording={recording} />
      <Doing what={words.doing} />
      <aside class="caveat" aria-label={words.caveatTitle}>
        <h3>{words.caveatTitle}</h3>
        <Paragraphs texts={words.caveat} />
      </aside>
      <Prediction
        id="ungated"
        question={words.question}
        options={Object.entries(words.options).map(([value, label]) => ({ value, label }))}
        answer="large"
      >
        <p>
          <Maths text={words.why} />
        </p>
      </Prediction>
      {answered && (
        <>
          <Paragraphs texts={[words.loud]} />
          <Figure caption={words.loudCaption(decimal(loud.deviation, 4))}>
            <table class="plain-table">
              <thead>
                <tr>
                  <th scope="col">{words.reward}</th>
                  <th scope="col">{words.advantage}</th>
                </tr>
              </thead>
              <tbody>
                {loud.totals.map((total, i) => (
                  <tr key={i}>
                    <td class="number">{decimal(total, 3)}</td>
                    <td>
                      <AdvantageCell value={loud.advantages[i]!} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Figure>
        </>
      )}
    </>
  );
}

export const ungated: Chapter = { id: 'ungated', title: words.title, point: words.point, View };
