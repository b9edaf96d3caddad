import { useEffect, useMemo, useState } from 'preact/hooks';
import type { ComparedCell } from '../../experiment/results.ts';
import type { PresetAnalysis } from '../../experiment/analysis.ts';
import { Icon } from '../../views/icons.tsx';
import { useCursor } from './state.ts';
import { text } from './text.ts';
import './step-bar.css';

const words = text.step;

/** Between two steps while it plays. */
const PLAY_MS = 400;

/** Steps at which anything is known, in order. */
export const stepsOf = (
  presets: readonly PresetAnalysis[],
  cells: readonly ComparedCell[],
): readonly number[] => {
  const points = presets.flatMap(({ curves }) =>
    curves.flatMap(({ arms }) => arms.flatMap((arm) => arm.points.map(({ step }) => step))),
  );
  const groups = cells.flatMap((cell) => (cell.groups ?? []).map(({ step }) => step));
  return [...new Set([...points, ...groups])].sort((a, b) => a - b);
};

/** The place of a step: of the last that is not later. */
const placeOf = (steps: readonly number[], step: number | null): number =>
  step === null
    ? steps.length - 1
    : Math.max(
        0,
        steps.findLastIndex((each) => each <= step),
      );

/** Moves the cursor of every chart, by hand or by itself. */
export function StepBar({ steps }: { readonly steps: readonly number[] }) {
  const cursor = useCursor();
  const [playing, play] = useState(false);
  const last = steps.length - 1;
  const place = placeOf(steps, cursor.value);
  const label = useMemo(() => words.at(steps[place] ?? 0, steps[last] ?? 0), [steps, place, last]);
  useEffect(() => {
    if (!playing) return undefined;
    const timer = setInterval(() => {
      const next = Math.min(last, placeOf(steps, cursor.peek()) + 1);
      cursor.value = steps[next] ?? null;
      if (next === last) play(false);
    }, PLAY_MS);
    return () => clearInterval(timer);
  }, [playing, steps, last, cursor]);
  if (steps.length < 2) return null;
  const toggle = (): void => {
    if (!playing && place === last) cursor.value = steps[0]!;
    play(!playing);
  };
  return (
    <section class="card compare-step" aria-label={words.heading}>
      <button type="button" onClick={toggle}>
        <Icon name={playing ? 'pause' : 'run'} />
        {playing ? words.pause : words.play}
      </button>
      <input
        type="range"
        min={0}
        max={last}
        value={place}
        aria-label={words.slider}
        aria-valuetext={label}
        onInput={(event) => {
          play(false);
          cursor.value = steps[Number(event.currentTarget.value)] ?? null;
        }}
      />
      <output class="number">{label}</output>
    </section>
  );
}
