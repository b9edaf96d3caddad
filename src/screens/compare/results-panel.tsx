import { useMemo, useState } from 'preact/hooks';
import {
  type ArmAnalysis,
  type Design,
  type Estimate,
  mainMeasure,
  type PresetAnalysis,
} from '../../experiment/analysis.ts';
import { MEASURE_NAMES, type MeasureName, MEASURES } from '../../experiment/measures.ts';
import { amount, between } from '../../experiment/report/numbers.ts';
import type { ComparedCell } from '../../experiment/results.ts';
import { Maths } from '../../views/maths.tsx';
import { ContrastsCard } from './contrasts-card.tsx';
import { CurvesCard } from './curves-card.tsx';
import { GroupsCard } from './groups-card.tsx';
import { JawsCard } from './jaws-card.tsx';
import { presetLabel } from './preset-label.ts';
import { useAnalysis } from './state/use-analysis.ts';
import { StepBar, stepsOf } from './step-bar.tsx';
import { StripFigure } from './strip-figure.tsx';
import { text } from './text.ts';
import { WideTable } from '../../views/wide-table.tsx';
import './results-panel.css';

const words = text.results;

/** Those that any arm has. */
const measuresOf = (arms: readonly ArmAnalysis[]): MeasureName[] =>
  MEASURE_NAMES.filter((name) => arms.some(({ measures }) => measures[name] !== undefined));

function Value({ of, measure }: { readonly of: Estimate | undefined; readonly measure: MeasureName }) {
  if (!of) return <>–</>;
  return (
    <>
      <b>{amount(measure, of.mean)}</b>
      {of.interval && <small>{between(measure, of.interval)}</small>}
    </>
  );
}

/** Where each arm ended, by every measure. */
function EndTable({ arms, seeds }: { readonly arms: readonly ArmAnalysis[]; readonly seeds: number }) {
  const measures = measuresOf(arms);
  return (
    <WideTable label={words.table}>
      <thead>
        <tr>
          <th scope="col">{words.arm}</th>
          <th scope="col">{words.seeds}</th>
          {measures.map((measure) => (
            <th key={measure} scope="col" title={MEASURES[measure].about}>
              {MEASURES[measure].label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {arms.map((arm) => (
          <tr key={arm.arm} data-arm={arm.arm}>
            <th scope="row">
              <Maths text={arm.label} />
              {arm.same && <small>{words.same}</small>}
            </th>
            <td class="number">{words.seedsOf(arm.cells, seeds)}</td>
            {measures.map((measure) => (
              <td key={measure} class="number estimate">
                <Value of={arm.measures[measure]} measure={measure} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </WideTable>
  );
}

function EndCard({
  preset,
  design,
  main,
}: {
  readonly preset: PresetAnalysis;
  readonly main: MeasureName;
  readonly design: Design;
}) {
  const { arms } = preset;
  const measures = measuresOf(arms);
  const [chosen, choose] = useState<MeasureName>(main);
  const measure = measures.includes(chosen) ? chosen : measures[0];
  if (measure === undefined) return null;
  const id = `measure-${preset.preset}`;
  const finished = Math.max(...arms.map(({ cells }) => cells));
  return (
    <section class="card experiment-card" aria-label={words.heading}>
      <header class="results-head">
        <h2>
          {words.heading}
          {design.presets.length > 1 && `: ${presetLabel(preset.preset)}`}
        </h2>
        <select
          id={id}
          aria-label={words.measure}
          value={measure}
          onChange={({ currentTarget }) => choose(currentTarget.value as MeasureName)}
        >
          {measures.map((name) => (
            <option key={name} value={name}>
              {MEASURES[name].label}
            </option>
          ))}
        </select>
      </header>
      <StripFigure arms={arms} seeds={design.seeds} measure={measure} />
      <EndTable arms={arms} seeds={design.seeds.length} />
      <p class="hint">{words.about(finished)}</p>
    </section>
  );
}

interface Props {
  readonly design: Design;
  readonly cells: readonly ComparedCell[];
}

function PresetResults({ preset, design, cells }: Props & { readonly preset: PresetAnalysis }) {
  const own = useMemo(() => cells.filter((cell) => cell.preset === preset.preset), [cells, preset]);
  return (
    <div class="preset-results">
      <EndCard preset={preset} design={design} main={mainMeasure(design)} />
      {preset.contrasts.length > 0 && <ContrastsCard preset={preset} />}
      <JawsCard design={design} cells={own} />
      <CurvesCard preset={preset} />
      <GroupsCard design={design} cells={own} />
    </div>
  );
}

/** What cells say, as far as it goes: where the arms ended, how they differ, what happened on the way. */
export function ResultsPanel({ design, cells }: Props) {
  const { analysis, error } = useAnalysis(design, cells);
  const presets = useMemo(
    () => analysis?.presets.filter(({ arms }) => arms.some((arm) => arm.cells > 0)) ?? [],
    [analysis],
  );
  const steps = useMemo(() => stepsOf(presets, cells), [presets, cells]);
  if (error !== null)
    return (
      <p role="alert">
        {words.failed} {error}
      </p>
    );
  if (presets.length === 0) return <p class="hint results-empty">{words.empty}</p>;
  return (
    <>
      <StepBar steps={steps} />
      {presets.map((preset) => (
        <PresetResults key={preset.preset} preset={preset} design={design} cells={cells} />
      ))}
    </>
  );
}
