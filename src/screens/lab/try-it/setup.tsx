import { commands } from '../commands.ts';
import { useLab } from '../state.ts';
import { text as words } from './text.ts';
import { MEMORY_MB, TIMEOUT_MS, type Problem } from './state/draft.ts';
import { examplesIn } from './state/examples.ts';
import type { Language } from '../../../sandbox/types.ts';
import { Segmented } from '../../../views/segmented.tsx';
import { CommandButton } from '../../../app/frame/command-button.tsx';
import './setup.css';

const LANGUAGES: readonly Language[] = ['python', 'javascript'];

interface SmallFieldProps {
  readonly id: string;
  readonly label: string;
  readonly unit?: string;
  readonly value: string;
  /** What is wrong with the value. */
  readonly error: string | null;
  readonly onChange: (value: string) => void;
}

function SmallField({ id, label, unit, value, error, onChange }: SmallFieldProps) {
  return (
    <div class="field">
      <label for={id}>
        {label} {unit && <small>{unit}</small>}
      </label>
      <input
        id={id}
        type="text"
        inputMode={unit ? 'numeric' : 'text'}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        value={value}
        aria-invalid={error !== null}
        aria-describedby={error === null ? undefined : `${id}-error`}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      {error !== null && (
        <p id={`${id}-error`} class="field-error">
          {error}
        </p>
      )}
    </div>
  );
}

/** What is run, under which limits, and the buttons that run and stop it. */
export function TryItSetup({ problems }: { readonly problems: readonly Problem[] }) {
  const { tryIt } = useLab();
  const { draft, origin, running } = tryIt.state.value;
  const wrong = (field: Problem['field'], sentence: string): string | null =>
    problems.some((problem) => problem.field === field) ? sentence : null;
  return (
    <div class="try-setup">
      <div class="field try-from">
        <label for="try-from">{words.from}</label>
        <select
          id="try-from"
          value={origin.kind === 'example' ? origin.id : ''}
          onChange={(event) => {
            const id = examplesIn(draft.language).find((example) => example === event.currentTarget.value);
            if (id) tryIt.loadExample(id);
          }}
        >
          {origin.kind === 'completion' && <option value="">{words.completion(origin.step)}</option>}
          <optgroup label={words.examples}>
            {examplesIn(draft.language).map((id) => (
              <option key={id} value={id}>
                {words.example[id]}
              </option>
            ))}
          </optgroup>
        </select>
      </div>
      <div class="field">
        <span class="field-name" aria-hidden="true">
          {words.language.label}
        </span>
        <Segmented
          name="try-language"
          legend={words.language.label}
          options={LANGUAGES.map((value) => ({ value, label: words.language.name[value] }))}
          value={draft.language}
          onChange={tryIt.setLanguage}
        />
      </div>
      <SmallField
        id="try-entry"
        label={words.entry}
        value={draft.entry}
        error={wrong('entry', words.entryInvalid)}
        onChange={(entry) => tryIt.edit({ entry })}
      />
      <SmallField
        id="try-timeout"
        label={words.timeout}
        unit={words.timeoutUnit}
        value={draft.timeoutMs}
        error={wrong('timeoutMs', words.whole(TIMEOUT_MS.low, TIMEOUT_MS.high))}
        onChange={(timeoutMs) => tryIt.edit({ timeoutMs })}
      />
      <SmallField
        id="try-memory"
        label={words.memory}
        unit={words.memoryUnit}
        value={draft.memoryMb}
        error={wrong('memoryMb', words.whole(MEMORY_MB.low, MEMORY_MB.high))}
        onChange={(memoryMb) => tryIt.edit({ memoryMb })}
      />
      <div class="try-buttons">
        {/* One button, so that the focus stays when it changes. */}
        <CommandButton
          command={running ? commands.tryStop : commands.tryRun}
          kind={running ? 'plain' : 'primary'}
          icon={running ? 'stop' : 'run'}
          label={running ? words.stop : words.run}
        />
      </div>
      {origin.kind === 'completion' && origin.asked !== '' && (
        <p class="try-asked">{words.asked(origin.asked)}</p>
      )}
    </div>
  );
}
