import { useState } from 'preact/hooks';
import { formulaOf, gatedParts } from '../rl/gate.ts';
import type { RewardParts } from '../rl/rewards/index.ts';
import { decimal, percent, rate, signed } from '../views/format.ts';
import { Maths } from '../views/maths.tsx';
import { TokenStrip } from '../views/token-strip.tsx';
import type { Chapter, ChapterProps } from './chapter.ts';
import { methodRules, partsOf, tokenNumbers, type TokenNumbers, updateState } from './numbers.ts';
import {
  AdvantageCell,
  chance,
  CompletionPicker,
  Doing,
  Facts,
  Figure,
  Paragraphs,
  titleOf,
} from './parts.tsx';
import { Prediction } from './prediction.tsx';
import { RatioScale } from './ratio-scale.tsx';
import type { RecordedUpdate } from './recording.ts';
import { words as shared } from './text.ts';
import './update.css';

const words = {
  title: 'One update in numbers',
  point:
    'Every token gets a push: its completion’s advantage, as long as its probability has not moved too far.',
  before: (task: string, rate: string, times: string, rounds: number) => [
    `This is a real update of the shipped policy on one group: “${task}” To have something to see, its learning rate is ${rate}, ${times} times that of the preset, and the same batch is used for ${rounds} rounds.`,
    'Take a token. Follow its numbers from the reward down to the probability that was measured afterwards.',
  ],
  strip: 'Colour: push on the token.',
  caption:
    'Solid underline: the update makes the token likelier. Dashed: less likely. Dotted: the clip has taken its push away.',
  round: 'Rounds done',
  of: (round: number, rounds: number) => `${round} of ${rounds}`,
  edit: 'Change the reward of this completion',
  outcome: 'R_o: passes its tests',
  thinking: 'R_t',
  reset: 'Back to the real rewards',
  edited:
    'Advantages and pushes follow your reward. The measured probabilities stay those of the real update.',
  token: (text: string) => `Token “${text}”`,
  reward: 'Its completion’s reward',
  baseline: 'Beside its group',
  advantage: 'Advantage A',
  probability: 'Its probability when it was drawn',
  now: (round: number) =>
    round === 0 ? 'Before any round' : `Measured after ${round} ${round === 1 ? 'round' : 'rounds'}`,
  ratio: 'Ratio ρ = now ÷ then',
  bounds: 'Clip',
  binding: {
    none: 'no bound binds: the push is whole',
    low: 'the lower bound binds: it is unlikely enough already, no push',
    high: 'the upper bound binds: it is likely enough already, no push',
  },
  weight: 'Its weight in the loss',
  loss: 'Its share of the loss, w·ℓ',
  push: 'Push, −∂loss ÷ ∂log π',
  after: 'Measured after the whole update',
  furthest: (completion: number, text: string, before: string, after: string) =>
    `The clip is no wall. In completion ${completion} the token “${text}” fell from ${before} to ${after}: a bound takes the push away once a ratio is past it, but it does not limit how far one step of the optimiser goes.`,
  show: 'Show this token',
  newline: '↵',
  doing:
    'Move the rounds down to 0 and up again, and watch the ratio run into the clip. Then let this completion pass or fail by hand: all eight advantages move, and with them the push on every token.',
  why: 'Why is the loss near 0 when the gradient is not?',
  whyTexts: (engine: string, even: string, norm: string) => [
    `Before the first round every ratio is 1, so the loss is just minus the weighted mean of the advantages. They add up to 0 by construction. Weighed by completion, the loss is ${even}; weighed by token, as here, long completions count more, and the engine measured ${engine}.`,
    `The gradient asks another question: not how large ρ·A is, but which way it moves with each probability. That is A for every token, and the A are not 0. The measured norm of the gradient was ${norm}. So watch rewards and pass rates; the loss of a policy-gradient method says nearly nothing.`,
  ],
  low: 'ε low',
  high: 'ε high',
  beta: 'β',
  measured: 'Loss and gradient of each round, as the engine measured them',
  table: {
    round: 'round',
    loss: 'loss',
    own: 'loss, computed here',
    norm: 'gradient norm',
    clipped: 'tokens held by the clip',
  },
  question: 'Before the first round, weighed by completion, the loss is exactly 0. What is the gradient?',
  options: { zero: '0 as well: nothing to descend', not: 'not 0: the policy moves' },
  answerWhy: (norm: string) =>
    `Its norm was ${norm}. A hill can have height 0 where you stand and still be steep.`,
};

interface Place {
  readonly completion: number;
  readonly token: number;
}

/** The token that the update has moved furthest. */
export function furthest({ logprobs }: RecordedUpdate): Place {
  const [before, after] = [logprobs[0]!, logprobs.at(-1)!];
  let best = { completion: 0, token: 0, by: -1 };
  before.forEach((row, completion) =>
    row.forEach((logp, token) => {
      const by = Math.abs(after[completion]![token]! - logp);
      if (by > best.by) best = { completion, token, by };
    }),
  );
  return best;
}

/** The token that a bound of the clip holds at the end by the least: the one on which the clip is easiest to see. */
export function barelyHeld(update: RecordedUpdate): Place {
  const state = updateState(update, methodRules(update)['p-grpo'], update.rounds.length);
  const held = update.group.rollouts.flatMap(({ tokens }, completion) =>
    tokens.flatMap((_, token) => {
      const { binding, ratio } = tokenNumbers(state, completion, token);
      return binding === 'none' ? [] : [{ completion, token, by: Math.abs(Math.log(ratio)) }];
    }),
  );
  return held.sort((a, b) => a.by - b.by)[0] ?? furthest(update);
}

function Chain({
  numbers,
  text,
  rewards,
  update,
  round,
  mean,
  deviation,
  total,
  final,
}: {
  readonly numbers: TokenNumbers;
  readonly text: string;
  readonly rewards: RewardParts;
  readonly update: RecordedUpdate;
  readonly round: number;
  readonly mean: number;
  readonly deviation: number;
  readonly total: number;
  readonly final: number;
}) {
  const { gate } = update.settings;
  const { format, outcome, thinking } = gatedParts(rewards, gate, rewards.outcome);
  const rows: readonly (readonly [string, string])[] = [
    [words.reward, `${formulaOf(gate)} = ${format} + ${outcome} + ${decimal(thinking)} = ${decimal(total)}`],
    [words.baseline, `(${decimal(total)} − ${decimal(mean)}) ÷ ${decimal(deviation)}`],
    [words.advantage, signed(numbers.advantage)],
    [words.probability, chance(numbers.before)],
    [words.now(round), chance(numbers.now)],
    [words.ratio, decimal(numbers.ratio, 3)],
    [words.bounds, words.binding[numbers.binding]],
    [words.weight, decimal(numbers.weight, 5)],
    [words.loss, signed(numbers.loss, 5)],
    [words.push, signed(numbers.push, 5)],
    [words.after, chance(final)],
  ];
  return (
    <section class="chain" aria-live="polite">
      <h3>{words.token(text)}</h3>
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>
              <Maths text={name} />
            </dt>
            <dd class="number">
              <Maths text={value} />
            </dd>
          </div>
        ))}
      </dl>
      <RatioScale ratio={numbers.ratio} bounds={numbers.bounds} advantage={numbers.advantage} />
    </section>
  );
}

interface RewardEditProps {
  readonly rewards: RewardParts;
  /** Whether any reward of the group is not the real one. */
  readonly edited: boolean;
  readonly onChange: (change: Partial<RewardParts>) => void;
  readonly onReset: () => void;
}

/** The reward of a completion, to be changed by hand. */
function RewardEdit({ rewards, edited, onChange, onReset }: RewardEditProps) {
  return (
    <fieldset class="reward-edit">
      <legend>{words.edit}</legend>
      <label>
        <input
          type="checkbox"
          checked={rewards.outcome === 1}
          onChange={(event) => onChange({ outcome: Number(event.currentTarget.checked) })}
        />{' '}
        <Maths text={words.outcome} />
      </label>
      <label>
        <Maths text={words.thinking} />{' '}
        <input
          type="range"
          min={0}
          max={1}
          step={0.01}
          value={rewards.thinking}
          aria-valuetext={decimal(rewards.thinking)}
          onInput={(event) => onChange({ thinking: event.currentTarget.valueAsNumber })}
        />{' '}
        <b class="number">{decimal(rewards.thinking)}</b>
      </label>
      <button type="button" disabled={!edited} onClick={onReset}>
        {words.reset}
      </button>
      {edited && <p class="hint">{words.edited}</p>}
    </fieldset>
  );
}

function Measured({ update }: { readonly update: RecordedUpdate }) {
  const rule = methodRules(update)['p-grpo'];
  return (
    <table class="plain-table measured">
      <caption>{words.measured}</caption>
      <thead>
        <tr>
          {Object.values(words.table).map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {update.rounds.map(({ loss, gradNorm, clipLow, clipHigh }, round) => (
          <tr key={round}>
            <th scope="row">{round + 1}</th>
            <td class="number">{decimal(loss, 4)}</td>
            <td class="number">{decimal(updateState(update, rule, round).result.loss, 4)}</td>
            <td class="number">{decimal(gradNorm, 3)}</td>
            <td class="number">{percent(clipLow + clipHigh)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function View({ recording }: ChapterProps) {
  const { update } = recording;
  const { group, logprobs, rounds, settings } = update;
  const real = group.rollouts.map(partsOf);
  const [parts, setParts] = useState(real);
  const [{ completion, token }, pick] = useState(() => barelyHeld(update));
  const [round, setRound] = useState(rounds.length);
  const rules = methodRules(update);
  const state = updateState(update, rules['p-grpo'], round, parts);
  const all = state.result.grad.flat().map(Math.abs);
  const largest = Math.max(...all, 1e-12);
  const { rewards } = parts[completion]!;
  const setReward = (change: Partial<RewardParts>): void =>
    setParts(
      parts.map((own, i) =>
        i === completion ? { rewards: { ...own.rewards, ...change } as RewardParts } : own,
      ),
    );
  const edited = parts.some((own, i) => own.rewards !== real[i]!.rewards);
  const even = updateState(update, { ...rules['p-grpo'], loss: rules.grpo.loss }, 0).result.loss;
  const norm = decimal(rounds[0]!.gradNorm, 3);
  const far = furthest(update);
  const shownText = (at: Place): string =>
    group.texts[at.completion]![at.token]!.trimStart() || words.newline;
  return (
    <>
      <Paragraphs
        texts={words.before(
          titleOf(group),
          rate(settings.learningRate),
          rate(settings.learningRate / recording.settings.learningRate),
          rounds.length,
        )}
      />
      <Figure caption={words.caption}>
        <CompletionPicker
          group={group}
          name="update-completion"
          chosen={completion}
          onChoose={(i) => pick({ completion: i, token: 0 })}
        />
        <div class="lesson-controls">
          <label>
            {words.round}{' '}
            <input
              type="range"
              min={0}
              max={rounds.length}
              value={round}
              aria-valuetext={words.of(round, rounds.length)}
              onInput={(event) => setRound(event.currentTarget.valueAsNumber)}
            />{' '}
            <b class="number">{words.of(round, rounds.length)}</b>
          </label>
        </div>
        <div class="update-figure">
          <div class="update-left">
            <TokenStrip
              label={words.strip}
              tokens={group.texts[completion]!.map((piece, t) => {
                const { push, binding } = tokenNumbers(state, completion, t);
                return { piece, value: push, masked: false, clipped: binding !== 'none' };
              })}
              signed={true}
              range={[-largest, largest]}
              format={(value) => signed(value, 5)}
              chosen={token}
              onChoose={(t) => pick({ completion, token: t })}
              words={shared.strip}
            />
            <RewardEdit
              rewards={rewards}
              edited={edited}
              onChange={setReward}
              onReset={() => setParts(real)}
            />
            <ol class="update-advantages">
              {state.scored.advantages.map((advantage, i) => (
                <li key={i} class={i === completion ? 'chosen' : ''}>
                  <span>{i + 1}</span>
                  <AdvantageCell value={advantage} />
                </li>
              ))}
            </ol>
          </div>
          <Chain
            numbers={tokenNumbers(state, completion, token)}
            text={shownText({ completion, token })}
            rewards={rewards}
            update={update}
            round={round}
            mean={state.scored.mean}
            deviation={state.scored.deviation}
            total={state.scored.totals[completion]!}
            final={Math.exp(logprobs.at(-1)![completion]![token]!)}
          />
        </div>
      </Figure>
      <p>
        {words.furthest(
          far.completion + 1,
          shownText(far),
          chance(Math.exp(logprobs[0]![far.completion]![far.token]!)),
          chance(Math.exp(logprobs.at(-1)![far.completion]![far.token]!)),
        )}{' '}
        <button type="button" class="link" onClick={() => pick(far)}>
          {words.show}
        </button>
      </p>
      <Doing what={words.doing} />
      <Prediction
        id="update"
        question={words.question}
        options={Object.entries(words.options).map(([value, label]) => ({ value, label }))}
        answer="not"
      >
        <p>{words.answerWhy(norm)}</p>
      </Prediction>
      <h3>{words.why}</h3>
      <Paragraphs texts={words.whyTexts(decimal(rounds[0]!.loss, 3), decimal(even, 3), norm)} />
      <Measured update={update} />
      <Facts
        facts={[
          [words.low, decimal(settings.clipLow)],
          [words.high, decimal(settings.clipHigh)],
          [words.beta, decimal(settings.beta)],
          [words.table.norm, `≤ ${settings.maxGradNorm}`],
        ]}
      />
    </>
  );
}

export const update: Chapter = { id: 'update', title: words.title, point: words.point, View };
