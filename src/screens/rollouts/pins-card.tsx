import { useMemo } from 'preact/hooks';
import { domainOf } from '../../domains/index.ts';
import { diffWords, type DiffPart } from '../../views/diff.ts';
import { DiffText } from '../../views/diff-text.tsx';
import { decimal, signed } from '../../views/format.ts';
import { VerdictWord } from '../../views/verdict-word.tsx';
import { move } from './place.ts';
import type { Pin } from './state/pins.ts';
import { useRollouts } from './state.ts';
import { text } from './text.ts';
import './pins-card.css';

const words = text.pins;

/** What of a completion is compared: its two parts, or the text where it has not the form. */
const partsOf = ({ rollout }: Pin): readonly [reasoning: string, answer: string] => [
  rollout.reasoning ?? '',
  rollout.answer ?? rollout.text,
];

interface SideProps {
  readonly pin: Pin;
  readonly reasoning: readonly DiffPart[];
  readonly answer: readonly DiffPart[];
}

function Side({ pin, reasoning, answer }: SideProps) {
  const { browser, pins } = useRollouts();
  const { step, group, index, reward, advantage, tokens, verification } = pin.rollout;
  const domain = domainOf(pin.config);
  const elsewhere = browser.run.value?.id !== pin.run;
  return (
    <article class="pin">
      <header>
        <h3>{words.place(step, group + 1, index + 1)}</h3>
        {elsewhere && <small>{words.elsewhere}</small>}
        <VerdictWord outcome={domain.show(verification).outcome} weak={verification.weak} />
      </header>
      <p class="hint number">{words.numbers(decimal(reward), signed(advantage), tokens.length)}</p>
      <h4>{words.reasoning}</h4>
      <DiffText parts={reasoning} />
      <h4>{domain.words.answer}</h4>
      <DiffText parts={answer} />
      <p class="pin-tools">
        <button
          type="button"
          class="link"
          onClick={() => move({ run: pin.run, step, group, completion: index })}
        >
          {words.go}
        </button>
        <button type="button" class="link" onClick={() => pins.toggle(pin)}>
          {words.unpin}
        </button>
      </p>
    </article>
  );
}

const plain = (whole: string): DiffPart[] => [{ text: whole === '' ? words.none : whole, own: false }];

/** Two completions side by side, with the words of each that the other lacks. */
export function PinsCard() {
  const [first, second] = useRollouts().pins.pinned.value;
  const [reasoning, answer] = useMemo(() => {
    if (!first || !second) return [null, null];
    const [a, b] = [partsOf(first), partsOf(second)];
    return [diffWords(a[0], b[0]), diffWords(a[1], b[1])];
  }, [first, second]);
  if (!first) return null;
  const [ownReasoning, ownAnswer] = partsOf(first);
  return (
    <section class="card pins" aria-label={words.heading}>
      <h2>{words.heading}</h2>
      <p class="hint">{second ? words.diff : words.one}</p>
      <div class="pin-sides">
        <Side
          pin={first}
          reasoning={reasoning?.left ?? plain(ownReasoning)}
          answer={answer?.left ?? plain(ownAnswer)}
        />
        {second && reasoning && answer && (
          <Side pin={second} reasoning={reasoning.right} answer={answer.right} />
        )}
      </div>
    </section>
  );
}
