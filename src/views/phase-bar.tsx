import type { PhaseState } from '../run/handle.ts';
import { text } from '../app/messages.ts';
import { PHASES } from '../rl/types.ts';
import { duration } from './format.ts';

/** The five phases of a step, the current one lit, each with its latest time and its share of the step. */
export function PhaseBar({ phase: { phase: current, state, lastMs } }: { readonly phase: PhaseState }) {
  const longest = Math.max(1, ...PHASES.map((p) => lastMs[p] ?? 0));
  return (
    <ol class="phase-bar" aria-label={text.phase.heading}>
      {PHASES.map((name) => {
        const ms = lastMs[name];
        const active = name === current && state === 'start';
        return (
          <li key={name} class={active ? 'active' : ''} title={text.phase.about[name]}>
            <span class="phase-name">
              {text.phase.name[name]}
              {active && <span class="visually-hidden"> {text.phase.active}</span>}
            </span>
            <span class="number">{ms === undefined ? text.phase.none : duration(ms)}</span>
            <span class="phase-share">
              <i style={{ transform: `scaleX(${(ms ?? 0) / longest})` }} />
            </span>
          </li>
        );
      })}
    </ol>
  );
}
