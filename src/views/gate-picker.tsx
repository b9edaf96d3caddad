import { formulaOf, GATE_NAMES, GATES, type Gate } from '../rl/gate.ts';
import { Maths } from './maths.tsx';
import './gate-picker.css';

interface Props {
  readonly name: string;
  readonly legend: string;
  readonly value: Gate;
  readonly waits: boolean;
  readonly badge: string;
  readonly onChange: (gate: Gate) => void;
}

/** The gates, each with its formula and a sentence. */
export function GatePicker({ name, legend, value, waits, badge, onChange }: Props) {
  return (
    <fieldset class="gate-picker">
      <legend>
        {legend} {waits && <span class="badge">{badge}</span>}
      </legend>
      {GATE_NAMES.map((gate) => (
        <label key={gate} class={gate === value ? 'chosen' : ''}>
          <input
            type="radio"
            name={name}
            value={gate}
            checked={gate === value}
            onChange={() => onChange(gate)}
          />
          <span class="gate-name">{GATES[gate].label}</span>
          <span class="formula">
            <Maths text={formulaOf(gate)} />
          </span>
          <span class="hint">{GATES[gate].about}</span>
        </label>
      ))}
    </fieldset>
  );
}
