import { useState } from 'preact/hooks';
import { decimal, grouped, percent } from '../../views/format.ts';
import { Icon, type IconName } from '../../views/icons.tsx';
import { Maths } from '../../views/maths.tsx';
import { mean } from '../../statistics/samples.ts';
import { move, spot } from './place.ts';
import { useRollouts } from './state.ts';
import { text } from './text.ts';
import './step-bar.css';

const words = text.step;

function Arrow({
  label,
  icon,
  to,
}: {
  readonly label: string;
  readonly icon: IconName;
  readonly to: number | undefined;
}) {
  return (
    <button
      type="button"
      class="quiet"
      aria-label={label}
      title={label}
      disabled={to === undefined}
      onClick={() => to !== undefined && move({ step: to })}
    >
      <Icon name={icon} />
    </button>
  );
}

/** To a step by its number; the nearest that is stored is shown. */
function GoTo() {
  const [typed, setTyped] = useState('');
  const bad = typed !== '' && !/^\d{1,7}$/.test(typed);
  return (
    <form
      class="go-to-step"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed === '' || bad) return;
        move({ step: Number(typed) });
        setTyped('');
      }}
    >
      <input
        type="text"
        inputMode="numeric"
        autocomplete="off"
        aria-label={words.goTo}
        placeholder={words.goTo}
        aria-invalid={bad}
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value.trim())}
      />
    </form>
  );
}

/** What the completions of the step came to. */
function Summary() {
  const shown = useRollouts().browser.shown.value;
  if (!shown || shown.rollouts.length === 0) return null;
  const { rollouts, gated } = shown;
  const facts = [
    [words.completions, grouped(gated.count)],
    [words.passing, percent(gated.passing / gated.count)],
    [words.reward, decimal(mean(rollouts.map(({ reward }) => reward)))],
    [words.thinking, decimal(mean(rollouts.map(({ rewards }) => rewards.thinking)))],
    [words.withheld, percent(gated.withheldShare)],
  ] as const;
  return (
    <dl class="step-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>
            <Maths text={name} />
          </dt>
          <dd class="number">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A slider over all stored steps. It knows their numbers alone; a step is read when it is shown. */
export function StepBar() {
  const { browser } = useRollouts();
  const numbers = browser.steps.value?.numbers ?? [];
  const wanted = browser.wanted.value;
  const { step: asked } = spot();
  if (wanted === null) return null;
  const at = numbers.indexOf(wanted);
  const last = numbers.length - 1;
  const reading = browser.shown.value?.step !== wanted;
  return (
    <section class="card step-bar" aria-label={words.heading}>
      <div class="step-head">
        <h2>
          {words.heading} <span class="number">{grouped(wanted)}</span>
          <small>{words.of(grouped(numbers.length))}</small>
        </h2>
        <div class="step-buttons">
          <GoTo />
          <Arrow label={words.first} icon="first" to={at > 0 ? numbers[0] : undefined} />
          <Arrow label={words.previous} icon="back" to={numbers[at - 1]} />
          <Arrow label={words.next} icon="forth" to={numbers[at + 1]} />
          <Arrow label={words.last} icon="last" to={at < last ? numbers[last] : undefined} />
          {browser.run.value?.growing && (
            <button
              type="button"
              class="follow"
              aria-pressed={asked === null}
              onClick={() => move({ step: asked === null ? wanted : null })}
            >
              {asked === null ? words.following : words.follow}
            </button>
          )}
        </div>
      </div>
      <input
        type="range"
        min={0}
        max={last}
        value={at}
        aria-label={words.slider}
        aria-valuetext={words.value(wanted, at + 1, numbers.length)}
        onInput={(event) => move({ step: numbers[Number(event.currentTarget.value)] ?? null })}
      />
      {asked !== null && asked !== wanted && <p class="hint">{words.absent(asked, wanted)}</p>}
      <div class={reading ? 'stale' : ''} aria-busy={reading}>
        <Summary />
      </div>
    </section>
  );
}
