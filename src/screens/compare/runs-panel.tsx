import { useEffect } from 'preact/hooks';
import { GATES } from '../../rl/gate.ts';
import type { RunRecord } from '../../store/index.ts';
import { useChosenRuns } from './state.ts';
import { text } from './text.ts';
import './runs-panel.css';

const words = text.runs;

/** How often a chosen run that trains is asked for more steps. */
const REFRESH_MS = 4000;

function Run({ run: { id, name, config, lastStep, created } }: { readonly run: RunRecord }) {
  const runs = useChosenRuns();
  const label = GATES[config.gate].label;
  return (
    <li class="run-choice">
      <input
        type="checkbox"
        id={`compare-${id}`}
        data-run={id}
        checked={runs.chosen.value.includes(id)}
        onChange={() => runs.toggle(id)}
      />
      <label for={`compare-${id}`}>{`${name ?? label}, ${words.seed(config.seed)}`}</label>
      <small>{words.about(name === undefined ? null : label, lastStep ?? 0, config.preset)}</small>
      <small>{new Date(created).toLocaleString()}</small>
    </li>
  );
}

/** The runs that the Lab stored: two and more stand side by side. */
export function RunsPanel() {
  const runs = useChosenRuns();
  useEffect(() => {
    void runs.open();
    const timer = setInterval(() => void runs.refresh(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [runs]);
  const stored = runs.stored.value;
  const chosen = runs.chosen.value.length;
  return (
    <section class="card compare-runs" aria-label={words.heading}>
      <h2>{words.heading}</h2>
      <p class="hint">{stored?.length === 0 ? words.none : words.choose}</p>
      {stored !== null && stored.length > 0 && (
        <ul data-list="runs">
          {stored.map((run) => (
            <Run key={run.id} run={run} />
          ))}
        </ul>
      )}
      {chosen > 0 && (
        <button type="button" onClick={runs.clear}>
          {words.clear(chosen)}
        </button>
      )}
    </section>
  );
}
