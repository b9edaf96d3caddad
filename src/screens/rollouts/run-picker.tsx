import { GATES } from '../../rl/gate.ts';
import { move } from './place.ts';
import type { RunEntry } from './state/sources.ts';
import { useRollouts } from './state.ts';
import { text } from './text.ts';

const words = text.run;

function nameOf({ config, lastStep, training }: RunEntry): string {
  const name = words.option(
    GATES[config.gate].label,
    config.seed,
    lastStep ?? 0,
    config.steps,
    config.preset,
  );
  return training ? words.training(name) : name;
}

/** Which run is open: any that is stored. */
export function RunPicker() {
  const { browser } = useRollouts();
  const runs = browser.runs.value ?? [];
  const open = browser.run.value;
  return (
    <section class="card rollouts-card" aria-label={words.heading}>
      <h2>{words.heading}</h2>
      <p class="hint">{text.about}</p>
      <div class="field">
        <label for="rollouts-run">{words.label}</label>
        <select
          id="rollouts-run"
          disabled={runs.length === 0}
          value={open?.id ?? ''}
          onChange={(event) =>
            move({ run: event.currentTarget.value, step: null, group: 0, completion: null })
          }
        >
          {!open && <option value="">{runs.length === 0 ? '–' : words.choose}</option>}
          {runs.map((run) => (
            <option key={run.id} value={run.id}>
              {nameOf(run)}
            </option>
          ))}
        </select>
        {open && browser.source.keeps === 'all' && (
          <p class="hint">{words.created(new Date(open.created).toLocaleString())}</p>
        )}
        {browser.source.keeps === 'latest' && <p class="hint">{words.demonstration}</p>}
      </div>
    </section>
  );
}
