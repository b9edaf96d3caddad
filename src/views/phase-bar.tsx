import { text } from '../text/index.ts';
import { PHASES, type Phase, type PhaseFound } from '../rl/types.ts';
import { duration } from './format.ts';
import { Maths } from './maths.tsx';
import './phase-bar.css';

interface Props {
  readonly phase: {
    /** `null` between steps and before the first. */
    readonly phase: Phase | null;
    readonly state: 'start' | 'end';
    /** The most recent duration of each phase. */
    readonly lastMs: Readonly<Partial<Record<Phase, number>>>;
    /** What the latest phase that has ended came to. */
    readonly found: { readonly phase: Phase; readonly of: PhaseFound } | null;
  };
}

/** The five phases of a step, the current one lit, each with its latest time and its share of the step. */
export function PhaseBar({ phase: { phase: current, state, lastMs, found } }: Props) {
  const longest = Math.max(1, ...PHASES.map((p) => lastMs[p] ?? 0));
  return (
    <>
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
      {found && (
        <p class="hint phase-found">
          <Maths text={`${text.phase.name[found.phase]}: ${text.phase.found(found.phase, found.of)}`} />
        </p>
      )}
    </>
  );
}
