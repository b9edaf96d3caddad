import { useState } from 'preact/hooks';
import { decimal, signed } from '../views/format.ts';
import { Segmented } from '../views/segmented.tsx';
import { TokenStrip } from '../views/token-strip.tsx';
import type { Chapter, ChapterProps } from './chapter.ts';
import { Formula, type Term, termsOf } from './formula.tsx';
import {
  METHODS,
  type Method,
  methodRules,
  tokenNumbers,
  type TokenNumbers,
  updateState,
} from './numbers.ts';
import { AdvantageCell, CompletionPicker, Doing, Facts, Figure, Paragraphs } from './parts.tsx';
import { Prediction } from './prediction.tsx';
import { words as shared } from './text.ts';
import { barelyHeld } from './update.tsx';
import './methods.css';

const labels: Record<Method, string> = {
  reinforce: 'REINFORCE',
  ppo: 'PPO',
  grpo: 'GRPO',
  dapo: 'DAPO',
  'dr-grpo': 'Dr. GRPO',
  'p-grpo': 'P-GRPO',
};
const abouts: Record<Method, string> = {
  reinforce:
    'Make likelier what was rewarded. The reward itself is the weight: no baseline, no clip, and each batch is used once. (Williams 1992)',
  ppo: 'Use a batch several times, and stop at a clip. A second network guesses the reward to be expected; there is none here, so the group’s mean stands in its place. (arXiv 1707.06347)',
  grpo: 'No second network: the mean of the group is the baseline, and its deviation the scale. Each completion weighs the same, and a KL term holds the policy near the reference. (arXiv 2402.03300)',
  dapo: 'Every token weighs the same, so long completions count in full. The upper bound is higher, so that unlikely tokens can rise. No KL term. (arXiv 2503.14476)',
  'dr-grpo':
    'Leave out what introduces bias: no division by the deviation, and a constant in place of the length. (arXiv 2503.20783)',
  'p-grpo':
    'Change the reward: add R_o·R_t, the score of the reasoning, once the program passes. Everything else in this recording is as in DAPO. (arXiv 2508.05170)',
};
const light: Record<Term, string> = {
  weight: 'Colour: weight of each token. All tokens of a completion weigh the same.',
  ratio: 'Colour: ratio. Solid: risen since it was drawn; dashed: fallen; dotted: held by the clip.',
  clip: 'Dotted: tokens that the clip holds. Colour: ratio.',
  kl: 'Colour: how far each token is from the reference.',
  advantage: 'Every token has the advantage of its completion; see the bars.',
  reward: 'One reward for a whole completion; see the column R.',
  mean: 'One mean for the whole group.',
  deviation: 'One deviation for the whole group.',
};

const words = {
  title: 'One formula, six methods',
  point: 'From REINFORCE to P-GRPO is one formula whose parts were swapped, one or two at a time.',
  before: [
    'Choose a method: the parts that it changes are swapped, and all numbers are computed again, for the same real group. Point at a part, or reach it with the Tab key, and it lights up in the rollout below. Point at a token, and its numbers stand in the formula.',
  ],
  method: 'Method',
  round: 'Rounds done',
  of: (round: number, rounds: number) => `${round} of ${rounds}`,
  once: 'REINFORCE uses a batch once: its numbers are those before the first round.',
  caption: 'The group of the last chapter. Loss is −J of the whole group.',
  loss: 'Loss',
  push: 'Push on this token',
  reward: 'R',
  advantage: 'A',
  completion: '#',
  doing:
    'Keep one token picked and walk through the methods from left to right. Which of them changes the push most?',
  question: 'From DAPO to P-GRPO one part of the formula is swapped. Which?',
  options: {
    clip: 'the clip',
    weight: 'the weight of a token',
    reward: 'the reward',
    deviation: 'the division by the deviation',
  },
  why: 'Only the reward. P-GRPO is not another optimiser: it is another answer to the question of what to pay for. That is why it can be put on top of any of the others.',
};

interface Channel {
  readonly signed: boolean;
  readonly range: readonly [low: number, high: number];
  readonly valueOf: (numbers: TokenNumbers) => number;
  readonly format: (value: number) => string;
}

/** A ratio at the end of the scale is e to the half. */
const LOG_RATIO = 0.5;

/** What tokens are coloured by for a term: that of the term where tokens differ in it, else their ratio. */
function channelOf(term: Term | null, all: readonly TokenNumbers[]): Channel {
  const unsigned = (valueOf: Channel['valueOf']): Channel => ({
    signed: false,
    range: [0, Math.max(...all.map(valueOf), 1e-12)],
    valueOf,
    format: (value) => decimal(value, 5),
  });
  if (term === 'weight') return unsigned(({ weight }) => weight);
  if (term === 'kl') return unsigned(({ kl }) => kl);
  return {
    signed: true,
    range: [-LOG_RATIO, LOG_RATIO],
    valueOf: ({ ratio }) => Math.log(ratio),
    format: (value) => decimal(Math.exp(value), 3),
  };
}

function View({ recording: { update } }: ChapterProps) {
  const [method, setMethod] = useState<Method>('p-grpo');
  const [round, setRound] = useState(update.rounds.length);
  const [term, setTerm] = useState<Term | null>(null);
  const [{ completion, token }, pick] = useState(() => barelyHeld(update));
  const [pointed, point] = useState<number | null>(null);
  const rule = methodRules(update)[method];
  const state = updateState(update, rule, round);
  const numbers = state.logp.map((row, i) => row.map((_, t) => tokenNumbers(state, i, t)));
  const channel = channelOf(term, numbers.flat());
  const at = numbers[completion]![pointed ?? token]!;
  const done = rule.once ? 0 : round;
  const { group, rounds } = update;
  const lit = (of: Term): string => (term === of ? 'lit' : '');
  return (
    <>
      <Paragraphs texts={words.before} />
      <Segmented
        name="lesson-method"
        legend={words.method}
        options={METHODS.map((value) => ({ value, label: labels[value] }))}
        value={method}
        onChange={setMethod}
      />
      <Paragraphs texts={[abouts[method]]} />
      <Figure caption={words.caption}>
        <Formula terms={termsOf(rule, state, completion, at)} lit={term} onLight={setTerm} />
        <Facts
          facts={[
            [words.push, signed(at.push, 5)],
            [words.loss, signed(state.result.loss, 4)],
          ]}
        />
        <div class="lesson-controls">
          <label>
            {words.round}{' '}
            <input
              type="range"
              min={0}
              max={rounds.length}
              value={done}
              disabled={rule.once === true}
              aria-valuetext={words.of(done, rounds.length)}
              onInput={(event) => setRound(event.currentTarget.valueAsNumber)}
            />{' '}
            <b class="number">{words.of(done, rounds.length)}</b>
          </label>
          {rule.once && <span class="hint">{words.once}</span>}
        </div>
        <div class="methods-figure">
          <div>
            <CompletionPicker
              group={group}
              name="methods-completion"
              chosen={completion}
              onChoose={(i) => {
                pick({ completion: i, token: 0 });
                // The token under the pointer may not be there in this one.
                point(null);
              }}
            />
            <TokenStrip
              label={light[term ?? 'ratio']}
              tokens={group.texts[completion]!.map((piece, t) => ({
                piece,
                value: channel.valueOf(numbers[completion]![t]!),
                masked: false,
                clipped: numbers[completion]![t]!.binding !== 'none',
              }))}
              signed={channel.signed}
              range={channel.range}
              format={channel.format}
              chosen={token}
              onChoose={(t) => pick({ completion, token: t })}
              onPoint={point}
              words={shared.strip}
            />
            <p class="hint">{light[term ?? 'ratio']}</p>
          </div>
          <table class={`methods-table ${lit('mean')} ${lit('deviation')}`}>
            <thead>
              <tr>
                <th scope="col">{words.completion}</th>
                <th scope="col" class={lit('reward')}>
                  {words.reward}
                </th>
                <th scope="col" class={lit('advantage')}>
                  {words.advantage}
                </th>
              </tr>
            </thead>
            <tbody>
              {state.scored.totals.map((total, i) => (
                <tr key={i} class={i === completion ? 'chosen' : ''}>
                  <th scope="row">{i + 1}</th>
                  <td class={`number ${lit('reward')}`}>{decimal(total)}</td>
                  <td class={lit('advantage')}>
                    <AdvantageCell value={state.scored.advantages[i]!} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Figure>
      <Doing what={words.doing} />
      <Prediction
        id="formula"
        question={words.question}
        options={Object.entries(words.options).map(([value, label]) => ({ value, label }))}
        answer="reward"
      >
        <p>{words.why}</p>
      </Prediction>
    </>
  );
}

export const methods: Chapter = { id: 'formula', title: words.title, point: words.point, View };
