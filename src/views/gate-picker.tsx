import { text } from '../app/messages.ts';
import type { Gate } from '../rl/types.ts';

export const GATES: readonly Gate[] = ['posterior', 'ungated', 'outcome'];

/** R = … under each gate; `pass` stands before the part that needs a pass. */
function Formula({ gate }: { readonly gate: Gate }) {
  const sub = (name: string) => (
    <>
      <var>R</var>
      <sub>{name}</sub>
    </>
  );
  return (
    <span class="formula">
      {sub('f')} + {sub('o')}
      {gate === 'posterior' && (
        <>
          {' '}
          + {sub('o')}·<b>{sub('t')}</b>
        </>
      )}
      {gate === 'ungated' && (
        <>
          {' '}
          + <b>{sub('t')}</b>
        </>
      )}
    </span>
  );
}

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
          <Formula gate={gate} />
          <span class="hint">{text.gate.about[gate]}</span>
        </label>
      ))}
    </fieldset>
  );
}
