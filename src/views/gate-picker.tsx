import { text } from '../app/messages.ts';
import type { Gate } from '../rl/types.ts';
import { Maths } from './maths.tsx';

export const GATES: readonly Gate[] = ['posterior', 'ungated', 'outcome'];

/** The reward under each gate. */
const formula: Record<Gate, string> = {
  posterior: 'R_f + R_o + R_o·R_t',
  ungated: 'R_f + R_o + R_t',
  outcome: 'R_f + R_o',
};

interface Props {
  readonly name: string;
  readonly legend: string;
  readonly value: Gate;
  readonly waits: boolean;
  readonly badge: string;
  readonly onChange: (gate: Gate) => void;
}

/** The three gates, each with its formula and a sentence. */
export function GatePicker({ name, legend, value, waits, badge, onChange }: Props) {
  return (
    <fieldset class="gate-picker">
      <legend>
        {legend} {waits && <span class="badge">{badge}</span>}
      </legend>
      {GATES.map((gate) => (
        <label key={gate} class={gate === value ? 'chosen' : ''}>
          <input
            type="radio"
            name={name}
            value={gate}
            checked={gate === value}
            onChange={() => onChange(gate)}
          />
          <span class="gate-name">{text.gate.name[gate]}</span>
          <span class="formula">
            <Maths text={formula[gate]} />
          </span>
          <span class="hint">{text.gate.about[gate]}</span>
        </label>
      ))}
    </fieldset>
  );
}
