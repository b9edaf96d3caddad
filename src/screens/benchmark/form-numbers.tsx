import { FORMAT_PROFILES } from '../../domains/format-profiles.ts';
import { PROMPT_STYLES } from '../../domains/prompting.ts';
import { rate } from '../../views/format.ts';
import { Field, NumberField } from '../../views/field.tsx';
import { useBenchmarks } from './state.ts';
import { MOST_SAMPLES, MOST_SHOTS, type PlannedPrompts } from './state/plan.ts';
import { text } from './text.ts';

const words = text.form;

const whole =
  (least: number, most: number) =>
  (typed: string): number | null => {
    const number = Number(typed);
    return typed !== '' && Number.isInteger(number) && number >= least && number <= most ? number : null;
  };

/** The same, or a word or nothing, which is read as 0. */
const wholeOr = (word: string, least: number, most: number) => {
  const parse = whole(least, most);
  return (typed: string): number | null => (typed === '' || typed.toLowerCase() === word ? 0 : parse(typed));
};

/** How many tasks and samples, and which k. */
export function Numbers() {
  const { state, change } = useBenchmarks();
  const { limit, samples, ks } = state.value.form;
  return (
    <>
      <div class="field-row">
        <NumberField
          id="benchmark-limit"
          label={words.limit}
          about={words.limitAbout}
          waits={false}
          value={limit === null ? words.all : String(limit)}
          parse={wholeOr(words.all, 1, 1_000_000)}
          invalid={words.limitInvalid}
          inputMode="text"
          onChange={(typed) => change({ limit: typed === 0 ? null : typed })}
        />
        <NumberField
          id="benchmark-samples"
          label={words.samples}
          about={words.samplesAbout}
          waits={false}
          value={String(samples)}
          parse={whole(1, MOST_SAMPLES)}
          invalid={words.samplesInvalid(MOST_SAMPLES)}
          inputMode="numeric"
          onChange={(typed) => change({ samples: typed })}
        />
      </div>
      <Field id="benchmark-ks" label={words.ks} about={words.ksAbout} waits={false}>
        <input
          id="benchmark-ks"
          type="text"
          autocomplete="off"
          spellcheck={false}
          value={ks}
          aria-describedby="benchmark-ks-about"
          onChange={({ currentTarget }) => change({ ks: currentTarget.value })}
        />
      </Field>
    </>
  );
}

/** How completions are drawn. */
export function Sampling() {
  const { state, change } = useBenchmarks();
  const { temperature, seed, maxCompletionTokens, topK, topP } = state.value.form;
  return (
    <details class="more">
      <summary>{words.more}</summary>
      <div class="field-row">
        <NumberField
          id="benchmark-temperature"
          label={words.temperature}
          about={words.temperatureAbout}
          waits={false}
          value={rate(temperature)}
          parse={(typed) => (Number(typed) >= 0.01 && Number(typed) <= 10 ? Number(typed) : null)}
          invalid={words.temperatureInvalid}
          inputMode="text"
          onChange={(typed) => change({ temperature: typed })}
        />
        <NumberField
          id="benchmark-seed"
          label={words.seed}
          about={words.seedAbout}
          waits={false}
          value={String(seed)}
          parse={whole(0, 2 ** 32 - 1)}
          invalid={words.seedInvalid}
          inputMode="numeric"
          onChange={(typed) => change({ seed: typed })}
        />
      </div>
      <div class="field-row">
        <NumberField
          id="benchmark-top-k"
          label={words.topK}
          about={words.topKAbout}
          waits={false}
          value={topK === 0 ? words.all : String(topK)}
          parse={wholeOr(words.all, 1, 1_000_000)}
          invalid={words.topKInvalid}
          inputMode="text"
          onChange={(typed) => change({ topK: typed })}
        />
        <NumberField
          id="benchmark-top-p"
          label={words.topP}
          about={words.topPAbout}
          waits={false}
          value={String(topP)}
          parse={(typed) => (Number(typed) > 0 && Number(typed) <= 1 ? Number(typed) : null)}
          invalid={words.topPInvalid}
          inputMode="text"
          onChange={(typed) => change({ topP: typed })}
        />
      </div>
      <NumberField
        id="benchmark-tokens"
        label={words.tokens}
        about={words.tokensAbout}
        waits={false}
        value={maxCompletionTokens === null ? words.asTrained : String(maxCompletionTokens)}
        parse={wholeOr(words.asTrained, 8, 32_768)}
        invalid={words.tokensInvalid}
        inputMode="text"
        onChange={(typed) => change({ maxCompletionTokens: typed === 0 ? null : typed })}
      />
    </details>
  );
}

interface ChoiceFieldProps<T extends string> {
  readonly id: string;
  readonly label: string;
  readonly about: string;
  readonly values: readonly T[];
  readonly names: Readonly<Record<T, string>>;
  /** Null for as trained. */
  readonly value: T | null;
  readonly onChange: (value: T | null) => void;
}

function ChoiceField<T extends string>(props: ChoiceFieldProps<T>) {
  const { id, label, about, values, names, value, onChange } = props;
  return (
    <Field id={id} label={label} about={about} waits={false}>
      <select
        id={id}
        aria-describedby={`${id}-about`}
        value={value ?? ''}
        onChange={({ currentTarget }) =>
          onChange(values.find((each) => each === currentTarget.value) ?? null)
        }
      >
        <option value="">{words.asTrained}</option>
        {values.map((each) => (
          <option key={each} value={each}>
            {names[each]}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** How policies are asked and read, where that is not to be as each was trained. */
export function Prompts() {
  const { state, change } = useBenchmarks();
  const { prompts } = state.value.form;
  const set = (part: Partial<PlannedPrompts>): void => change({ prompts: { ...prompts, ...part } });
  return (
    <details class="more">
      <summary>{words.prompts}</summary>
      <ChoiceField
        id="benchmark-prompt-style"
        label={words.promptStyle}
        about={words.promptStyleAbout}
        values={PROMPT_STYLES}
        names={words.promptStyles}
        value={prompts.promptStyle}
        onChange={(promptStyle) => set({ promptStyle })}
      />
      {prompts.promptStyle === 'few-shot' && (
        <NumberField
          id="benchmark-shots"
          label={words.shots}
          about={words.shotsAbout}
          waits={false}
          value={String(prompts.shots)}
          parse={whole(1, MOST_SHOTS)}
          invalid={words.shotsInvalid(MOST_SHOTS)}
          inputMode="numeric"
          onChange={(shots) => set({ shots })}
        />
      )}
      {prompts.promptStyle === 'chat' && (
        <Field
          id="benchmark-system-prompt"
          label={words.systemPrompt}
          about={words.systemPromptAbout}
          waits={false}
        >
          <textarea
            id="benchmark-system-prompt"
            rows={4}
            value={prompts.systemPrompt}
            aria-describedby="benchmark-system-prompt-about"
            onChange={({ currentTarget }) => set({ systemPrompt: currentTarget.value })}
          />
        </Field>
      )}
      <ChoiceField
        id="benchmark-format-profile"
        label={words.formatProfile}
        about={words.formatProfileAbout}
        values={FORMAT_PROFILES}
        names={words.formatProfiles}
        value={prompts.formatProfile}
        onChange={(formatProfile) => set({ formatProfile })}
      />
    </details>
  );
}
