/** Pieces that several chapters are put together from. */
import type { ComponentChildren } from 'preact';
import { code } from '../domains/code/index.ts';
import type { CodeTask } from '../domains/code/task.ts';
import { decimal, signed } from '../views/format.ts';
import { DivergingBar } from '../views/diverging-bar.tsx';
import { Maths } from '../views/maths.tsx';
import { VerdictWord } from '../views/verdict-word.tsx';
import type { RecordedGroup, RecordedRollout } from './recording.ts';
import { words } from './text.ts';
import './parts.css';

export function Paragraphs({ texts }: { readonly texts: readonly string[] }) {
  return (
    <>
      {texts.map((text) => (
        <p key={text}>
          <Maths text={text} />
        </p>
      ))}
    </>
  );
}

/** The one thing to do in a chapter. */
export function Doing({ what, children }: { readonly what: string; readonly children?: ComponentChildren }) {
  return (
    <div class="doing">
      <p>
        <strong>{words.do}</strong> <Maths text={what} />
      </p>
      {children}
    </div>
  );
}

/** A picture with what it shows, framed. */
export function Figure({
  caption,
  children,
}: {
  readonly caption: string;
  readonly children: ComponentChildren;
}) {
  return (
    <figure class="lesson-figure card">
      {children}
      <figcaption class="hint">
        <Maths text={caption} />
      </figcaption>
    </figure>
  );
}

export const titleOf = ({ task }: Pick<RecordedGroup, 'task'>): string => code.titleOf(task as CodeTask);

/** A verdict as an icon and a word. */
export function Verdict({ of }: { readonly of: Pick<RecordedRollout, 'verification'> }) {
  return <VerdictWord outcome={code.show(of.verification).outcome} weak={false} />;
}

/** An advantage as a bar and a number. */
export function AdvantageCell({
  value,
  largest = 2.5,
}: {
  readonly value: number;
  readonly largest?: number;
}) {
  return (
    <span class="advantage-value">
      <DivergingBar value={value} largest={largest} />
      <b class="number">{signed(value)}</b>
    </span>
  );
}

interface PickerProps {
  readonly group: Pick<RecordedGroup, 'rollouts'>;
  readonly name: string;
  readonly chosen: number;
  readonly onChoose: (completion: number) => void;
}

/** The completions of a group as numbered choices, each with what became of it. */
export function CompletionPicker({ group, name, chosen, onChoose }: PickerProps) {
  return (
    <fieldset class="completion-picker">
      <legend class="visually-hidden">{words.completions}</legend>
      {group.rollouts.map((rollout, i) => (
        <label key={i} class={i === chosen ? 'chosen' : ''}>
          <input type="radio" name={name} checked={i === chosen} onChange={() => onChoose(i)} />
          <span>{i + 1}</span>
          <Verdict of={rollout} />
        </label>
      ))}
    </fieldset>
  );
}

/** Names and values side by side. */
export function Facts({ facts }: { readonly facts: readonly (readonly [name: string, value: string])[] }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>
            <Maths text={name} />
          </dt>
          <dd class="number">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A probability: percents above one in a thousand, else an exponent. */
export function chance(p: number): string {
  if (p === 0) return '0 %';
  if (p < 0.001) return p.toExponential(1).replace('-', '−');
  return `${decimal(p * 100, p >= 0.9995 ? 2 : 1)} %`;
}
