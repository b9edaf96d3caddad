import { configAt, parseOption } from '../../rl/config.ts';
import { optionOf } from '../../rl/options.ts';
import { type ConfigChange, LIVE_SETTINGS, type LiveSettings } from '../../rl/types.ts';
import { Field, NumberField } from '../../views/field.tsx';
import { rate } from '../../views/format.ts';
import { useLab } from './state.ts';
import { text } from './text.ts';
import './live-panel.css';

const words = text.live;

/** What changed, as a person reads it. */
export const changeWords = ({ settings }: Pick<ConfigChange, 'settings'>): string =>
  LIVE_SETTINGS.filter((name) => settings[name] !== undefined)
    .map((name) => words.setting(optionOf(name).label, shown(settings[name]!)))
    .join(', ');

const shown = (value: string | number): string => (typeof value === 'number' ? rate(value) : value);

/** Settings of the run on view that can change while it trains, and what changed so far. */
export function LivePanel() {
  const { controller, slice } = useLab();
  const config = slice('config');
  const next = slice('nextSettings');
  const changes = slice('changes');
  const done = slice('steps').length;
  if (!config || !slice('changesSettings')) return null;
  const now: LiveSettings = { ...configAt(config, done + 1), ...next };
  const set = <K extends keyof LiveSettings>(name: K, value: LiveSettings[K]): void =>
    controller.changeSettings({ [name]: value });
  return (
    <details class="card live">
      <summary>{words.heading}</summary>
      <p class="hint">{words.about}</p>
      {LIVE_SETTINGS.map((name) => (
        <LiveField key={name} name={name} value={now[name]} onChange={(value) => set(name, value)} />
      ))}
      {next && (
        <p class="hint" role="status">
          {words.next(changeWords({ settings: next }))}
        </p>
      )}
      {changes.length > 0 && (
        <ul class="changes" aria-label={words.list}>
          {changes.map((change, i) => (
            <li key={i}>{words.change(change.step + 1, changeWords(change))}</li>
          ))}
        </ul>
      )}
    </details>
  );
}

interface LiveFieldProps<K extends keyof LiveSettings> {
  readonly name: K;
  readonly value: LiveSettings[K];
  readonly onChange: (value: LiveSettings[K]) => void;
}

function LiveField<K extends keyof LiveSettings>({ name, value, onChange }: LiveFieldProps<K>) {
  const { label, values } = optionOf(name);
  const field = { id: `live-${name}`, label, about: '', waits: false };
  if (values.kind === 'choice')
    return (
      <Field {...field}>
        <select
          id={field.id}
          value={String(value)}
          onChange={(event) => onChange(event.currentTarget.value as LiveSettings[K])}
        >
          {values.choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      </Field>
    );
  const read = (typed: string): number | null => {
    try {
      return typed === '' ? null : (parseOption(name, Number(typed)) as number);
    } catch {
      return null;
    }
  };
  return (
    <NumberField
      {...field}
      value={rate(value as number)}
      parse={read}
      invalid={text.options.invalid(values)}
      inputMode="text"
      onChange={(number) => onChange(number as LiveSettings[K])}
    />
  );
}
