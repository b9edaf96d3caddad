import { useMemo } from 'preact/hooks';
import { text } from './text.ts';
import { diffWords, type DiffPart } from '../../views/diff.ts';
import { preferred, type Answer, type ShownPair, type Side } from './state/judging.ts';
import { scoresOf } from './state/pairs.ts';
import type { ScoredPair } from '../../reward/accuracy.ts';
import { DiffText } from '../../views/diff-text.tsx';
import { decimal, signed } from '../../views/format.ts';
import { Maths } from '../../views/maths.tsx';
import { useRewardLab } from './state.ts';
import './pair-card.css';

const words = text.pairs;
const SIDES: readonly Side[] = ['left', 'right'];

interface SideProps {
  readonly side: Side;
  readonly parts: readonly DiffPart[];
  /** What is known of the side once the pair was judged. */
  readonly known: { readonly score: number; readonly better: boolean; readonly preferred: boolean } | null;
}

function PairSide({ side, parts, known }: SideProps) {
  const { desk } = useRewardLab();
  return (
    <div class={`pair-side ${known?.better ? 'better' : ''}`}>
      <h3>{words.side[side]}</h3>
      <DiffText parts={parts} />
      {known && (
        <p class="pair-known">
          <span class="number">
            <b>{signed(known.score)}</b>{' '}
            <Maths text={`${text.thinking} ${decimal(desk.toReward(known.score))}`} />
          </span>
          {known.better && <span class="tag label-tag">{words.better}</span>}
          {known.preferred && <span class="tag model-tag">{words.modelPrefers}</span>}
        </p>
      )}
    </div>
  );
}

interface Props {
  readonly scored: ScoredPair;
  readonly shown: ShownPair;
  readonly answer: Answer | null;
}

/** One pair: both texts side by side, the question, and after it the answers of the label and of the model. */
export function PairCard({ scored, shown, answer }: Props) {
  const { pairs } = useRewardLab();
  const { pair, left, right, better } = shown;
  const diff = useMemo(() => diffWords(left, right), [left, right]);
  const scores = scoresOf(scored, shown);
  const model = preferred(scores.left, scores.right);
  const labels = [
    pair.dimension && text.dimension[pair.dimension],
    pair.operation?.replaceAll('-', ' '),
    pair.kind && text.kind[pair.kind],
  ].filter(Boolean);
  return (
    <div class="pair-card">
      <pre class="code pair-prompt">{pair.prompt.trimEnd()}</pre>
      <div class="pair-sides">
        {SIDES.map((side) => (
          <PairSide
            key={side}
            side={side}
            parts={diff[side]}
            known={answer && { score: scores[side], better: side === better, preferred: side === model }}
          />
        ))}
      </div>
      <p class="hint">{words.ownWords}</p>
      {answer === null ? (
        <div class="pair-question" role="group" aria-labelledby="pair-question">
          <strong id="pair-question">{words.question}</strong>
          <button type="button" onClick={() => pairs.answer('left')}>
            {words.leftBetter}
          </button>
          <button type="button" onClick={() => pairs.answer('right')}>
            {words.rightBetter}
          </button>
          <button type="button" onClick={() => pairs.answer('unsure')}>
            {words.unsure}
          </button>
          <button type="button" class="link" onClick={() => pairs.answer('skip')}>
            {words.skip}
          </button>
        </div>
      ) : (
        <div class="pair-answer" role="status">
          <p>
            {words.youSaid[answer]}{' '}
            <strong>{model === null ? words.tie : model === better ? words.agree : words.disagree}</strong>
          </p>
          <p class="hint">{labels.length > 0 ? labels.join(' · ') : text.unlabelled}</p>
        </div>
      )}
    </div>
  );
}
