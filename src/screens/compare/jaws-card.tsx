import { useMemo, useState } from 'preact/hooks';
import { shownTheme } from '../../app/theme.ts';
import type { Design } from '../../experiment/analysis.ts';
import { jawsOver } from '../../experiment/curves.ts';
import type { ComparedCell } from '../../experiment/results.ts';
import { Chart } from '../../views/chart.tsx';
import { jawsChart } from '../../views/jaws-chart.ts';
import { ChartTools } from './chart-tools.tsx';
import { fileName } from './state/pictures.ts';
import { useCursor } from './state.ts';
import { text } from './text.ts';

const words = text.jaws;

interface Props {
  readonly design: Design;
  /** Of one preset. */
  readonly cells: readonly ComparedCell[];
}

/** Mean R_t against held-out pass@1 of each arm, side by side: over all seeds, or of twins under one. */
export function JawsCard({ design: { arms, seeds }, cells }: Props) {
  const cursor = useCursor();
  const [chosen, choose] = useState<number | null>(null);
  const seed = chosen !== null && seeds.includes(chosen) ? chosen : null;
  const shown = useMemo(
    () =>
      arms.flatMap(({ name, label }) => {
        const own = cells.filter((cell) => cell.arm === name && (seed === null || cell.seed === seed));
        const jaws = jawsOver(own);
        return jaws.thinking.some((value) => value !== null) ? [{ name, label, jaws }] : [];
      }),
    [arms, cells, seed],
  );
  if (shown.length === 0 && seed === null) return null;
  const xMax = Math.max(1, ...shown.map(({ jaws }) => jaws.x.at(-1) ?? 1));
  return (
    <section class="compare-charts" aria-label={words.heading}>
      <header class="results-head">
        <h2>{words.heading}</h2>
        {seeds.length > 1 && (
          <select
            aria-label={words.seeds}
            value={seed ?? ''}
            onChange={({ currentTarget: { value } }) => choose(value === '' ? null : Number(value))}
          >
            <option value="">{words.allSeeds}</option>
            {seeds.map((each) => (
              <option key={each} value={each}>
                {words.seed(each)}
              </option>
            ))}
          </select>
        )}
      </header>
      {shown.length === 0 && <p class="hint">{words.none}</p>}
      <div class="chart-grid jaws-grid">
        {shown.map(({ name, label, jaws }) => (
          <Chart
            key={name}
            {...jawsChart(jaws)}
            title={label}
            xMax={xMax}
            theme={shownTheme.value}
            cursor={cursor.value}
            onCursor={(step) => void (cursor.value = step)}
            tools={
              <ChartTools
                title={words.of(label)}
                name={fileName('jaws', label)}
                drawn={{ kind: 'jaws', title: label, jaws }}
              />
            }
          />
        ))}
      </div>
    </section>
  );
}
