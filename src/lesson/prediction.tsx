import { useEffect, useRef, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { Icon } from '../views/icons.tsx';
import { Maths } from '../views/maths.tsx';
import { useLesson } from './state.ts';
import { words } from './text.ts';
import './prediction.css';

interface Props {
  /** Under which the choice is kept. */
  readonly id: string;
  readonly question: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  /** The option that holds. */
  readonly answer: string;
  /** Why; shown with the answer. */
  readonly children: ComponentChildren;
}

/** What is kept where the answer was asked for without a choice. */
const NO_CHOICE = '';

/**
 * A question that is answered before its answer is shown, unless a reader would rather not. The choice is kept for the
 * visit and cannot be changed.
 */
export function Prediction({ id, question, options, answer, children }: Props) {
  const { predictions } = useLesson();
  const [chosen, choose] = useState<string | null>(null);
  const committed = predictions.value[id];
  const result = useRef<HTMLDivElement>(null);
  const committing = useRef(false);
  useEffect(() => {
    // The button is gone: the keyboard goes on at the answer.
    if (committing.current) result.current?.focus({ preventScroll: true });
    committing.current = false;
  }, [committed]);
  const labelOf = (value: string): string => options.find((option) => option.value === value)?.label ?? value;
  const show = (choice: string): void => {
    committing.current = true;
    predictions.value = { ...predictions.value, [id]: choice };
  };
  const commit = (event: Event): void => {
    event.preventDefault();
    if (chosen !== null) show(chosen);
  };
  return (
    <form class="prediction" data-prediction={id} onSubmit={commit}>
      <fieldset disabled={committed !== undefined}>
        <legend>
          <small>{words.predict}</small> <Maths text={question} />
        </legend>
        {options.map(({ value, label }) => (
          <label key={value} class={committed !== undefined && value === answer ? 'holds' : ''}>
            <input
              type="radio"
              name={`prediction-${id}`}
              value={value}
              checked={value === (committed ?? chosen)}
              onChange={() => choose(value)}
            />
            <span>
              <Maths text={label} />
            </span>
            {committed !== undefined && value === answer && <Icon name="pass" />}
          </label>
        ))}
      </fieldset>
      {committed === undefined && (
        <div class="prediction-buttons">
          <button type="submit" disabled={chosen === null}>
            {words.commit}
          </button>
          <button type="button" class="quiet" onClick={() => show(NO_CHOICE)}>
            {words.skip}
          </button>
        </div>
      )}
      <div ref={result} class="prediction-answer" role="status" tabIndex={-1}>
        {committed !== undefined && (
          <>
            <p>
              {committed !== NO_CHOICE && (
                <strong>{committed === answer ? words.right : words.other(labelOf(committed))}</strong>
              )}{' '}
              <Maths text={words.holds(labelOf(answer))} />
            </p>
            {children}
          </>
        )}
      </div>
    </form>
  );
}
