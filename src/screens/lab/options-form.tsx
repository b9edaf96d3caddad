import type { Overrides } from '../../app/controller-types.ts';
import { configOf } from '../../app/lab-state.ts';
import { presetConfig } from '../../app/stored-runs.ts';
import { ConfigError, fullConfig, parseOption } from '../../rl/config.ts';
import {
  idleOptions,
  OPTION_GROUPS,
  OPTION_NAMES,
  type OptionName,
  optionOf,
  type OptionValues,
} from '../../rl/options.ts';
import { REWARDS } from '../../rl/rewards/index.ts';
import type { FullConfig } from '../../rl/types.ts';
import { Field, NumberField } from '../../views/field.tsx';
import { rate } from '../../views/format.ts';
import { useLab } from './state.ts';
import { text } from './text.ts';
import './options-form.css';

const words = text.options;

/** Those have fields of their own above, come from elsewhere, or are told by the preset. */
const ELSEWHERE: ReadonlySet<OptionName> = new Set([
  'preset',
  'gate',
  'seed',
  'steps',
  'learningRate',
  'changes',
  'domain',
  'tasks',
  'taskSettings',
]);
const namesIn = (group: (typeof OPTION_GROUPS)[number]): OptionName[] =>
  OPTION_NAMES.filter((name) => optionOf(name).group === group && !ELSEWHERE.has(name));

/** A number typed for an option, or `null` where it cannot be that. */
function readNumber(name: OptionName, typed: string): number | null {
  if (typed === '') return null;
  try {
    return parseOption(name, Number(typed)) as number;
  } catch {
    return null;
  }
}

interface OptionFieldProps {
  readonly name: OptionName;
  readonly config: FullConfig;
  /** Why it has no effect. */
  readonly idle: string | undefined;
  readonly onChange: (value: unknown) => void;
}

function OptionField({ name, config, idle, onChange }: OptionFieldProps) {
  const option = optionOf(name);
  const { values } = option;
  const about = idle === undefined ? option.effect : `${words.idle(idle)} ${option.effect}`;
  const field = { id: `option-${name}`, label: option.label, about, waits: false };
  switch (values.kind) {
    case 'integer':
    case 'number':
      return (
        <NumberField
          {...field}
          value={rate(config[name] as number)}
          parse={(typed) => readNumber(name, typed)}
          invalid={words.invalid(values)}
          inputMode={values.kind === 'integer' ? 'numeric' : 'text'}
          onChange={onChange}
        />
      );
    case 'choice':
      return (
        <Field {...field}>
          <select
            id={field.id}
            value={config[name] as string}
            aria-describedby={`${field.id}-about`}
            onChange={(event) => onChange(event.currentTarget.value)}
          >
            {values.choices.map((choice) => (
              <option key={choice}>{choice}</option>
            ))}
          </select>
        </Field>
      );
    case 'some':
      return <Some {...values} {...field} value={config[name] as string} onChange={onChange} />;
    case 'flag':
      return (
        <Field {...field}>
          <input
            id={field.id}
            type="checkbox"
            checked={config[name] as boolean}
            aria-describedby={`${field.id}-about`}
            onChange={(event) => onChange(event.currentTarget.checked)}
          />
        </Field>
      );
    case 'text':
      return (
        <Field {...field}>
          <textarea
            id={field.id}
            rows={4}
            maxLength={values.longest[0]}
            value={config[name] as string}
            aria-describedby={`${field.id}-about`}
            onChange={(event) => onChange(event.currentTarget.value)}
          />
        </Field>
      );
    case 'weights':
      return <Weights config={config} idle={idle} onChange={onChange} />;
    case 'name':
    case 'changes':
    case 'task settings':
      return null;
  }
}

interface SomeProps extends Extract<OptionValues, { kind: 'some' }> {
  readonly id: string;
  readonly label: string;
  readonly about: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Several of some choices; none chosen stands for all. */
function Some({ id, label, about, choices, all, value, onChange }: SomeProps) {
  const chosen = value === all ? choices : choices.filter((choice) => value.split(',').includes(choice));
  const toggle = (choice: string, isChosen: boolean): void => {
    const now = choices.filter((each) => (each === choice ? isChosen : chosen.includes(each)));
    onChange(now.length === 0 || now.length === choices.length ? all : now.join());
  };
  return (
    <div id={id} class="field" role="group" aria-labelledby={`${id}-label`} aria-describedby={`${id}-about`}>
      <span id={`${id}-label`} class="field-label">
        {label}
      </span>
      <div class="some-choices">
        {choices.map((choice) => (
          <label key={choice}>
            <input
              type="checkbox"
              checked={chosen.includes(choice)}
              onChange={(event) => toggle(choice, event.currentTarget.checked)}
            />
            {choice}
          </label>
        ))}
      </div>
      <p id={`${id}-about`} class="hint">
        {about}
      </p>
    </div>
  );
}

function Weights({ config, idle, onChange }: Omit<OptionFieldProps, 'name'>) {
  const { rewardWeights } = config;
  return (
    <>
      {REWARDS.map(({ name, symbol }) => (
        <NumberField
          key={name}
          id={`option-weight-${name}`}
          label={words.weight(symbol)}
          about={idle === undefined ? words.weightAbout : words.idle(idle)}
          waits={false}
          value={String(rewardWeights[name] ?? 1)}
          parse={(typed) =>
            typed !== '' && Number(typed) >= 0 && Number(typed) <= 100 ? Number(typed) : null
          }
          invalid={words.weightInvalid}
          inputMode="text"
          onChange={(weight) => onChange({ ...rewardWeights, [name]: weight })}
        />
      ))}
    </>
  );
}

/** What is wrong with the settings together; empty where nothing is. */
function problemsOf(settings: Parameters<typeof configOf>[0]): readonly string[] {
  try {
    configOf(settings);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** Every other setting of a run, out of the table of options. */
export function OptionsForm() {
  const { controller, slice } = useLab();
  const settings = slice('settings');
  const { preset, gate, seed, steps, learningRate, overrides } = settings;
  const usual = presetConfig(preset);
  const config = fullConfig({ ...usual, ...overrides, preset, gate, seed, steps, learningRate });
  const idle = new Map(idleOptions(config).map(({ name, why }) => [name, why]));
  const problems = problemsOf(settings);
  const set = (name: OptionName, value: unknown): void => {
    const { [name as keyof Overrides]: _, ...others } = overrides;
    const isUsual = JSON.stringify(value) === JSON.stringify(usual[name]);
    controller.configure({ overrides: isUsual ? others : { ...others, [name]: value } });
  };
  const changed = Object.keys(overrides).length;
  return (
    <details class="more options">
      <summary>
        {words.heading}
        {changed > 0 && <span class="badge">{words.changed(changed)}</span>}
      </summary>
      {problems.length > 0 && (
        <p class="field-error" role="alert">
          {problems.join(' ')}
        </p>
      )}
      {OPTION_GROUPS.filter((group) => namesIn(group).length > 0).map((group) => (
        <fieldset key={group}>
          <legend>{group}</legend>
          {namesIn(group).map((name) => (
            <OptionField
              key={name}
              name={name}
              config={config}
              idle={idle.get(name)}
              onChange={(value) => set(name, value)}
            />
          ))}
        </fieldset>
      ))}
      {changed > 0 && (
        <button type="button" onClick={() => controller.configure({ overrides: {} })}>
          {words.asPreset}
        </button>
      )}
    </details>
  );
}
