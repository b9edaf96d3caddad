import { useMemo } from 'preact/hooks';
import { text } from './text.ts';
import { isFooled, type FoolFound } from './state/fool.ts';
import { shownTheme } from '../../app/theme.ts';
import type { FoolSettings } from '../../reward/fool/search.ts';
import type { SampleKind } from '../../../workers/study.ts';
import { Chart } from '../../views/chart.tsx';
import { Field, NumberField } from '../../views/field.tsx';
import { decimal, signed } from '../../views/format.ts';
import { FoolPath } from './fool-path.tsx';
import { TaskPicker } from './task-picker.tsx';
import { useRewardLab } from './state.ts';
import './fool-panel.css';

const words = text.fool;
const STARTS: readonly SampleKind[] = ['degraded', 'forgetful', 'complete'];
const MOST = 64;

const whole = (typed: string): number | null => {
  const number = /^\d{1,3}$/.test(typed) ? Number(typed) : NaN;
  return number >= 1 && number <= MOST ? number : null;
};

function Setting({ name, label, about }: { name: keyof FoolSettings; label: string; about: string }) {
  const { fool } = useRewardLab();
  return (
    <NumberField
      id={`fool-${name}`}
      label={label}
      about={about}
      waits={false}
      value={String(fool.state.value.settings[name])}
      parse={whole}
      invalid={words.invalid}
      inputMode="numeric"
      onChange={(value) => fool.configure({ [name]: value })}
    />
  );
}

/** Whether it worked, in words. */
function Outcome({ found }: { readonly found: FoolFound }) {
  const { path } = found.progress;
  const [first, last] = [path[0]!, path.at(-1)!];
  const by = signed(last.score - first.score);
  const fooled = isFooled(found);
  const said =
    path.length === 1
      ? words.held
      : fooled
        ? words.fooledAbout
        : last.judgement.share === 1
          ? words.raisedRight(by)
          : words.raised(by);
  return (
    <p class={`fool-outcome ${fooled ? 'fooled' : ''}`} role="status">
      {fooled && <strong>{words.fooled}</strong>} {said}
    </p>
  );
}

function Found({ found }: { readonly found: FoolFound }) {
  const { desk } = useRewardLab();
  const { progress, reference } = found;
  const { best, round, rounds, scored } = progress;
  const chart = useMemo(() => {
    const x = best.map((_, i) => i);
    return {
      x,
      series: [
        { label: words.chart.best, values: best, color: 'fail', points: true },
        {
          label: words.chart.reference,
          values: x.map(() => reference.score),
          color: 'held-out',
          dash: [6, 4],
        },
      ] as const,
      yRange: rangeOf([...best, reference.score]),
    };
  }, [best, reference]);
  return (
    <div class="fool-found">
      <div class="card fool-summary">
        <Outcome found={found} />
        <p class="hint number">
          {words.round(round, rounds)}, {words.scored(scored)}
        </p>
        <dl class="fool-reference">
          <dt>{words.reference}</dt>
          <dd>
            <pre class="code">{reference.reasoning}</pre>
            <b class="number">{signed(reference.score)}</b>
          </dd>
        </dl>
      </div>
      <Chart
        {...words.chart}
        x={chart.x}
        xMax={rounds}
        yRange={chart.yRange}
        series={chart.series}
        format={(value) => decimal(value, 1)}
        theme={shownTheme.value}
      />
      <FoolPath
        path={progress.path}
        toReward={(raw) => desk.toReward(raw, reference.score)}
        taskId={found.taskId}
      />
    </div>
  );
}

function rangeOf(values: readonly number[]): readonly [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = 0.12 * (high - low) || 1;
  return [low - room, high + room];
}

/** Sets up the search, shows it while it runs, and what it found. */
export function FoolPanel() {
  const { desk, fool } = useRewardLab();
  const { taskId, start, running, found } = fool.state.value;
  const { tasks } = desk.state.value;
  return (
    <section class="fool-panel" aria-label={words.heading} aria-busy={running}>
      <header>
        <h2>{words.heading}</h2>
        <p class="about">{words.about}</p>
      </header>
      <div class="card fool-body">
        <TaskPicker id="fool" tasks={tasks} taskId={taskId ?? tasks[0]?.id ?? null} onChoose={fool.choose} />
        <div class="fool-settings">
          <Field id="fool-start" label={words.start} about="" waits={false}>
            <select
              id="fool-start"
              value={start}
              onChange={(event) => fool.setStart(event.currentTarget.value as SampleKind)}
            >
              {STARTS.map((kind) => (
                <option key={kind} value={kind}>
                  {words.sample[kind]}
                </option>
              ))}
            </select>
          </Field>
          <Setting name="beam" label={words.width} about={words.widthAbout} />
          <Setting name="proposals" label={words.proposals} about="" />
          <Setting name="rounds" label={words.rounds} about="" />
          <Setting name="seed" label={text.seed} about="" />
          <div class="fool-run">
            {running ? (
              <button type="button" onClick={fool.stop}>
                {text.stop}
              </button>
            ) : (
              <button type="button" class="primary" onClick={() => void fool.run()}>
                {words.run}
              </button>
            )}
          </div>
        </div>
        {running && found && (
          <progress
            aria-label={words.round(found.progress.round, found.progress.rounds)}
            max={found.progress.rounds}
            value={found.progress.round}
          />
        )}
        {!found && !running && <p class="hint">{words.empty}</p>}
      </div>
      {found && <Found found={found} />}
    </section>
  );
}
