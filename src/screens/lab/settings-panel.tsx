import * as v from 'valibot';
import type { LabSettings } from '../../app/controller-types.ts';
import { OptionsForm } from './options-form.tsx';
import { useLab } from './state.ts';
import { text as shared } from '../../text/index.ts';
import { text } from './text.ts';
import { GATES } from '../../rl/gate.ts';
import { DEVICE_CHOICES, type DeviceChoice } from '../../runtime/device.ts';
import { settingSchema } from '../../app/url.ts';
import { Field, NumberField } from '../../views/field.tsx';
import { rate } from '../../views/format.ts';
import { TasksField } from './tasks-field.tsx';
import { GatePicker } from '../../views/gate-picker.tsx';
import './settings-panel.css';

const words = text.settings;

/** Reads a typed number by the same rules as the address. */
function reader(name: 'seed' | 'steps' | 'learningRate') {
  return (typed: string): number | null => {
    const parsed = v.safeParse(settingSchema[name], typed);
    return parsed.success ? parsed.output : null;
  };
}
const read = { seed: reader('seed'), steps: reader('steps'), learningRate: reader('learningRate') };

/** On a phone the settings start folded, below the buttons; wider pages never show the fold. */
const isNarrow = (): boolean => matchMedia('(max-width: 900px)').matches;

/** Everything that can be set before a run; changes during one wait for the next reset. */
export function SettingsPanel() {
  const { controller, slice } = useLab();
  const settings = slice('settings');
  const presets = slice('presets');
  const waiting = slice('needsRestart');
  const waits = (name: keyof LabSettings): boolean => waiting.includes(name);
  const preset = presets.find((p) => p.name === settings.preset);
  return (
    <details class="card settings-box" open={!isNarrow()}>
      <summary>
        <strong>{words.heading}</strong>{' '}
        <span class="hint">{words.summary(GATES[settings.gate].label, settings.seed, settings.steps)}</span>
      </summary>
      <form class="settings" aria-label={words.heading} onSubmit={(event) => event.preventDefault()}>
        <Field
          id="preset"
          label={words.name.preset}
          about={preset?.description ?? words.presetAbout}
          waits={waits('preset')}
        >
          <select
            id="preset"
            value={settings.preset}
            aria-describedby="preset-about"
            onChange={(event) => controller.configure({ preset: event.currentTarget.value })}
          >
            {presets.map((p) => (
              <option key={p.name} value={p.name}>
                {p.label}
              </option>
            ))}
          </select>
        </Field>
        <TasksField waits={waits('tasks')} />
        <GatePicker
          name="gate"
          legend={words.name.gate}
          value={settings.gate}
          waits={waits('gate')}
          badge={shared.setting.restart}
          onChange={(gate) => controller.configure({ gate })}
        />
        <div class="field-row">
          <NumberField
            id="seed"
            label={words.name.seed}
            about={words.seedAbout}
            waits={waits('seed')}
            value={String(settings.seed)}
            parse={read.seed}
            invalid={words.invalid.seed}
            inputMode="numeric"
            onChange={(seed) => controller.configure({ seed })}
          />
          <NumberField
            id="steps"
            label={words.name.steps}
            about={words.stepsAbout}
            waits={waits('steps')}
            value={String(settings.steps)}
            parse={read.steps}
            invalid={words.invalid.steps}
            inputMode="numeric"
            onChange={(steps) => controller.configure({ steps })}
          />
        </div>
        <NumberField
          id="learningRate"
          label={words.name.learningRate}
          about={words.learningRateAbout}
          waits={waits('learningRate')}
          value={rate(settings.learningRate)}
          parse={read.learningRate}
          invalid={words.invalid.learningRate}
          inputMode="text"
          onChange={(learningRate) => controller.configure({ learningRate })}
        />
        <Field id="device" label={words.name.device} about={words.deviceAbout} waits={waits('device')}>
          <select
            id="device"
            value={settings.device}
            aria-describedby="device-about"
            onChange={(event) => controller.configure({ device: event.currentTarget.value as DeviceChoice })}
          >
            {DEVICE_CHOICES.map((choice) => (
              <option key={choice} value={choice}>
                {words.device[choice]}
              </option>
            ))}
          </select>
        </Field>
        {slice('source') === 'live' && <OptionsForm />}
        <details class="more">
          <summary>{words.retrain}</summary>
          <p class="hint">{words.retrainAbout}</p>
          <button type="button" onClick={() => controller.trainStarter()}>
            {words.retrain}
          </button>
        </details>
      </form>
    </details>
  );
}
