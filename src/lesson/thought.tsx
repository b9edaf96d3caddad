import { useState } from 'preact/hooks';
import type { Chapter, ChapterProps } from './chapter.ts';
import { decimal, percent, signed } from '../views/format.ts';
import { Program } from '../views/program.tsx';
import { preference, thinkingOf } from './numbers.ts';
import { Doing, Figure, Paragraphs, titleOf } from './parts.tsx';
import { Prediction } from './prediction.tsx';
import type { ReadingKind, RecordedReadings } from './recording.ts';
import { useAnswered } from './state.ts';
import './thought.css';

const kinds: Record<ReadingKind, string> = {
  right: 'right and complete',
  forgetful: 'without the empty case',
  false: 'one step wrong',
  shuffled: 'the right steps, backwards',
};

const words = {
  title: 'Rewarding the thought',
  point:
    'A second model reads the reasoning and scores it. It is a proxy: it was trained, and it can be wrong.',
  before: [
    'The reward model reads the task and the reasoning, never the program, and gives one number. It was trained on pairs of reasonings of which one is known to be better.',
    'Take a task of several steps, and four plans for it: one right and complete, one that forgets the empty case, one with a wrong step, and one with the right steps in reverse order.',
  ],
  caption:
    'Recorded scores of the shipped reward model. R_t = 1 ÷ (1 + exp(−score)) is the score squeezed into 0 to 1.',
  task: 'Task',
  plan: 'Plan',
  score: 'score',
  thinking: 'R_t',
  better: 'P(better than the wrong one)',
  shift: 'Add to every score',
  doing: 'Add the same number to every score. What changes, and what does not?',
  anchor:
    'The training only ever compares two texts: P(first better) = 1 ÷ (1 + exp(second − first)). Add a constant to all scores and no comparison changes, but R_t does. So something else has to say where 0 is. Here a small term of the training pulls the scores towards 0; that is the anchor.',
  question: (task: string) =>
    `“${task}” The reward model likes the right plan best. Which of the other three comes second?`,
  why: 'One task proves little, and a model of this size reads roughly. Its scores are below, for other tasks too: the order is not always the same. What counts for the algorithm is that whatever this model likes is what the policy will learn to write, right or wrong.',
  other: 'Another task',
  hidden: 'The scores of this task come with the answer above.',
};

const UNKNOWN = '?';

const scoreOf = ({ texts }: RecordedReadings, kind: ReadingKind): number =>
  texts.find((text) => text.kind === kind)!.score;

/** The worse plan that the model likes best. */
export const favourite = ({ texts }: RecordedReadings): ReadingKind =>
  texts.filter(({ kind }) => kind !== 'right').reduce((a, b) => (b.score > a.score ? b : a)).kind;

function View({ recording: { readings } }: ChapterProps) {
  const [at, turn] = useState(0);
  const [shift, move] = useState(0);
  const reading = readings[at]!;
  const { task, texts } = reading;
  const wrong = scoreOf(reading, 'false');
  // The first task's scores are what is to be predicted.
  const hidden = !useAnswered('thought') && at === 0;
  return (
    <>
      <Paragraphs texts={words.before} />
      <Prediction
        id="thought"
        question={words.question(titleOf(readings[0]!))}
        options={(['forgetful', 'false', 'shuffled'] as const).map((value) => ({
          value,
          label: kinds[value],
        }))}
        answer={favourite(readings[0]!)}
      >
        <p>{words.why}</p>
      </Prediction>
      <Figure caption={hidden ? `${words.hidden} ${words.caption}` : words.caption}>
        <h3>{titleOf({ task })}</h3>
        <ul class="readings">
          {texts.map(({ kind, text, score }) => {
            const thinking = thinkingOf(score, shift);
            return (
              <li key={kind}>
                <h4>{kinds[kind]}</h4>
                <Program source={text} language={null} line={null} />
                <dl>
                  <div>
                    <dt>{words.score}</dt>
                    <dd class="number">{hidden ? UNKNOWN : signed(score + shift)}</dd>
                  </div>
                  <div class="reading-thinking">
                    <dt>
                      <span class="maths">
                        R<sub>t</sub>
                      </span>
                    </dt>
                    <dd class="number">{hidden ? UNKNOWN : decimal(thinking, 3)}</dd>
                    <span class="meter" aria-hidden="true">
                      <i style={{ width: `${hidden ? 0 : thinking * 100}%` }} />
                    </span>
                  </div>
                  {kind !== 'false' && (
                    <div>
                      <dt>{words.better}</dt>
                      <dd class="number">{hidden ? UNKNOWN : percent(preference(score, wrong, shift))}</dd>
                    </div>
                  )}
                </dl>
              </li>
            );
          })}
        </ul>
        <div class="lesson-controls">
          <label>
            {words.shift}{' '}
            <input
              type="range"
              min={-3}
              max={3}
              step={0.25}
              value={shift}
              aria-valuetext={signed(shift)}
              onInput={(event) => move(event.currentTarget.valueAsNumber)}
            />{' '}
            <b class="number">{signed(shift)}</b>
          </label>
          <button type="button" onClick={() => turn((at + 1) % readings.length)}>
            {words.other}
          </button>
        </div>
      </Figure>
      <Doing what={words.doing} />
      <Paragraphs texts={[words.anchor]} />
    </>
  );
}

export const thought: Chapter = { id: 'thought', title: words.title, point: words.point, View };
