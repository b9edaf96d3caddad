import { useMemo } from 'preact/hooks';
import { useLab } from './state.ts';
import { text } from './text.ts';
import { shownTheme } from '../../app/theme.ts';
import { Chart } from '../../views/chart.tsx';
import { changeWords } from './live-panel.tsx';
import { chartsOf } from './chart-list.ts';
import './charts.css';

/** The small curves, one point per step. */
export function Charts() {
  const { slice } = useLab();
  const steps = slice('steps');
  const evals = slice('evals');
  const config = slice('config');
  const xMax = config?.steps ?? slice('settings').steps;
  const { swaps } = slice('reward');
  const changes = slice('changes');
  const marks = useMemo(
    () => [
      ...swaps.map(({ step, name }) => ({ x: step, label: text.chart.swap(name, step + 1) })),
      ...changes.map((change) => ({
        x: change.step,
        label: text.chart.change(changeWords(change), change.step + 1),
      })),
    ],
    [swaps, changes],
  );
  const charts = useMemo(() => chartsOf(steps, evals, config), [steps, evals, config]);
  return (
    <section class="charts" aria-label={text.chart.heading}>
      <h2>{text.chart.heading}</h2>
      <div class="chart-grid">
        {charts.map(({ id, ...chart }) => (
          <Chart key={id} {...chart} marks={marks} xMax={xMax} theme={shownTheme.value} />
        ))}
      </div>
    </section>
  );
}
