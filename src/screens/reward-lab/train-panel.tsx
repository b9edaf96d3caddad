import { useMemo } from 'preact/hooks';
import * as v from 'valibot';
import { rangeText } from './range.ts';
import { text } from './text.ts';
import { presetOf, presetTraining, TRAINING_PRESETS, type TrainingPreset } from './state/training-presets.ts';
import { trainingSchema } from './state/training.ts';
import { shownTheme } from '../../app/theme.ts';
import type { RewardTraining } from '../../recipes/reward-training.ts';
import { DIMENSIONS, type Dimension } from '../../reward/pairs/types.ts';
import { Chart } from '../../views/chart.tsx';
import { Field, NumberField } from '../../views/field.tsx';
import { duration, percent, rate, signed } from '../../views/format.ts';
import { ScoreTile } from '../../views/score-tile.tsx';
import { FamilyField, SegmentedField } from './fields.tsx';
import { trainCharts } from './train-charts.ts';
import { useRewardLab } from './state.ts';
import './train-panel.css';

const words = text.train;

function reader(name: keyof typeof trainingSchema) {
  return (typed: string): number | null => {
    const parsed = v.safeParse(trainingSchema[name], typed);
    return parsed.success ? parsed.output : null;
  };
}

interface CheckProps {
  readonly label: string;
  readonly about?: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

function Check({ label, about, checked, onChange }: CheckProps) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>
        {label}
        {about && <small class="hint">{about}</small>}
      </span>
    </label>
  );
}

function Preset() {
  const { training } = useRewardLab();
  const { settings } = training.state.value;
  const preset = presetOf(settings);
  return (
    <Field
      id="train-preset"
      label={words.preset}
      about={preset ? words.presetAbout[preset] : words.ownAbout}
      waits={false}
    >
      <select
        id="train-preset"
        value={preset ?? ''}
        onChange={({ currentTarget: { value } }) =>
          training.configure(presetTraining(value as TrainingPreset, settings.seed))
        }
      >
        {preset === null && <option value="">{words.own}</option>}
        {(Object.keys(TRAINING_PRESETS) as TrainingPreset[]).map((value) => (
          <option key={value} value={value}>
            {words.presets[value]}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** What the pairs are like. */
function PairSettings() {
  const { training } = useRewardLab();
  const { settings, given } = training.state.value;
  const fixed = settings.pairs === 'fixed';
  return (
    <>
      <SegmentedField
        name="reward-pairs"
        label={words.source}
        values={['fixed', 'fresh', 'given']}
        labels={words.sources}
        value={settings.pairs}
        about={
          settings.pairs !== 'given'
            ? words.sourceAbout[settings.pairs]
            : given
              ? words.given(given.pairs.length, given.name)
              : words.noneGiven
        }
        onChange={(pairs) => training.configure({ pairs })}
      />
      {fixed && (
        <NumberField
          id="train-per-task"
          label={words.perTask}
          about={words.perTaskAbout}
          waits={false}
          value={String(settings.perTask)}
          parse={reader('perTask')}
          invalid={words.invalid.perTask}
          inputMode="numeric"
          onChange={(perTask) => training.configure({ perTask })}
        />
      )}
      {fixed && (
        <Field id="train-length" label={words.length} about={words.lengthAbout} waits={false}>
          <select
            id="train-length"
            value={settings.length}
            onChange={(event) =>
              training.configure({ length: event.currentTarget.value as RewardTraining['length'] })
            }
          >
            {(['balanced', 'as-written', 'longer-wins'] as const).map((value) => (
              <option key={value} value={value}>
                {words.lengths[value]}
              </option>
            ))}
          </select>
        </Field>
      )}
      <FamilyField
        id="train-family"
        about={words.familyAbout}
        value={settings.family ?? null}
        onChange={(family) => training.configure({ family })}
      />
    </>
  );
}

function Settings() {
  const { training } = useRewardLab();
  const { settings } = training.state.value;
  const { dimensions } = settings;
  const toggle = (dimension: Dimension, on: boolean): void =>
    training.configure({
      dimensions: DIMENSIONS.filter((d) => (d === dimension ? on : dimensions.includes(d))),
    });
  return (
    <form class="train-settings" onSubmit={(event) => event.preventDefault()}>
      <Preset />
      <SegmentedField
        name="reward-objective"
        label={words.objective}
        values={['pairs', 'scores']}
        labels={words.objectives}
        value={settings.objective}
        about={words.objectiveAbout[settings.objective]}
        onChange={(objective) => training.configure({ objective })}
      />
      <SegmentedField
        name="reward-start"
        label={words.from}
        values={['policy', 'scratch']}
        labels={words.froms}
        value={settings.start}
        onChange={(start) => training.configure({ start })}
      />
      <PairSettings />
      <NumberField
        id="train-steps"
        label={words.steps}
        about={words.stepsAbout}
        waits={false}
        value={String(settings.steps)}
        parse={reader('steps')}
        invalid={words.invalid.steps}
        inputMode="numeric"
        onChange={(steps) => training.configure({ steps })}
      />
      <NumberField
        id="train-rate"
        label={words.rate}
        about={words.rateAbout}
        waits={false}
        value={rate(settings.learningRate)}
        parse={reader('learningRate')}
        invalid={words.invalid.learningRate}
        inputMode="text"
        onChange={(learningRate) => training.configure({ learningRate })}
      />
      <NumberField
        id="train-seed"
        label={text.seed}
        about={text.seedAbout}
        waits={false}
        value={String(settings.seed)}
        parse={reader('seed')}
        invalid={words.invalid.seed}
        inputMode="numeric"
        onChange={(seed) => training.configure({ seed })}
      />
      <fieldset class="checks">
        <legend class="field-name">{words.balance}</legend>
        {settings.pairs === 'fixed' && (
          <Check
            label={words.styleBalanced}
            about={words.styleAbout}
            checked={settings.styleBalanced}
            onChange={(styleBalanced) => training.configure({ styleBalanced })}
          />
        )}
        <Check
          label={words.early}
          about={words.earlyAbout}
          checked={settings.earlyStopping}
          onChange={(earlyStopping) => training.configure({ earlyStopping })}
        />
      </fieldset>
      <fieldset class="checks">
        <legend class="field-name">{words.dimensions}</legend>
        {DIMENSIONS.map((dimension) => (
          <Check
            key={dimension}
            label={text.dimension[dimension]}
            checked={dimensions.includes(dimension)}
            onChange={(on) => toggle(dimension, on)}
          />
        ))}
        <p class={dimensions.length === 0 ? 'field-error' : 'hint'}>
          {dimensions.length === 0 ? words.noDimension : words.dimensionsAbout}
        </p>
      </fieldset>
    </form>
  );
}

/** What the training is at, with the time it may still take. */
function Progress() {
  const { training } = useRewardLab();
  const { running, curve } = training.state.value;
  if (!running) return null;
  const done = curve.at(-1)?.step ?? 0;
  const { first, steps, waits } = running;
  const left =
    first !== null && done > 1 ? ((performance.now() - first) / (done - 1)) * (steps - done) : null;
  const doing = waits
    ? words.waits
    : done === 0
      ? words.preparing
      : done >= running.steps
        ? words.measuring
        : words.progress(done, running.steps);
  return (
    <div class="train-progress">
      <p class="number">
        {doing} {left !== null && done < running.steps && <small>{words.left(duration(left))}</small>}
      </p>
      <progress aria-label={doing} max={1} value={done === 0 ? undefined : done / running.steps} />
    </div>
  );
}

function Result() {
  const { training } = useRewardLab();
  const { result } = training.state.value;
  if (!result) return null;
  const { accuracy, pairs, dropped, ms, keptStep, stoppedEarly, name } = result;
  const named = words.result;
  return (
    <div class="train-result" role="status">
      <p>
        <strong>{words.done(name)}</strong> {words.doneAbout}
      </p>
      <dl class="scoreboard">
        <ScoreTile
          label={named.accuracy}
          about={named.accuracy}
          value={percent(accuracy.accuracy)}
          note={named.accuracyAbout(rangeText(accuracy.interval))}
          accent="held-out"
        />
        {DIMENSIONS.map((dimension) => {
          const share = accuracy.byDimension[dimension];
          return (
            share && (
              <ScoreTile
                key={dimension}
                label={text.dimension[dimension]}
                about={named.accuracy}
                value={percent(share.accuracy)}
                note={named.accuracyAbout(rangeText(share.interval))}
              />
            )
          );
        })}
        <ScoreTile
          label={named.length}
          about={named.lengthAbout}
          value={accuracy.lengthCorrelation === null ? '–' : signed(accuracy.lengthCorrelation)}
          accent="thinking"
        />
        <ScoreTile
          label={named.pairs}
          about={named.pairs}
          value={pairs === null ? words.sources.fresh : String(pairs)}
          note={text.dropped(dropped) || undefined}
        />
        <ScoreTile
          label={named.time}
          about={named.time}
          value={duration(ms)}
          note={named.kept(keptStep, stoppedEarly)}
        />
      </dl>
    </div>
  );
}

/** Settings, live curves and the result of training a reward model. */
export function TrainPanel() {
  const { training } = useRewardLab();
  const { settings, given, running, curve } = training.state.value;
  const noPairs = settings.pairs === 'given' && given === null;
  const charts = useMemo(() => trainCharts(curve), [curve]);
  const xMax = running?.steps ?? Math.max(settings.steps, curve.at(-1)?.step ?? 0);
  return (
    <section class="train-panel" aria-label={words.heading}>
      <header>
        <h2>{words.heading}</h2>
        <p class="about">{words.about}</p>
      </header>
      <div class="card train-body">
        <Settings />
        <div class="train-run">
          {running ? (
            <button type="button" onClick={training.stop}>
              {text.stop}
            </button>
          ) : (
            <button
              type="button"
              class="primary"
              disabled={settings.dimensions.length === 0 || noPairs}
              onClick={() => void training.start()}
            >
              {words.start}
            </button>
          )}
          <Progress />
        </div>
        <Result />
      </div>
      <div class="chart-grid" role="group" aria-label={words.curves}>
        {charts.map(({ id, ...chart }) => (
          <Chart key={id} {...chart} xMax={xMax} theme={shownTheme.value} />
        ))}
      </div>
    </section>
  );
}
