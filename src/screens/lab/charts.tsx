import { useMemo } from 'preact/hooks';
import { useLab } from '../../app/lab-context.ts';
import { text } from '../../app/messages.ts';
import { shownTheme } from '../../app/theme.ts';
import { Chart } from '../../views/chart.tsx';
import { chartsOf } from './chart-list.ts';

/** The small curves, one point per step. */
export function Charts() {
  const { slice } = useLab();
  const steps = slice('steps');
  const evals = slice('evals');
  const config = slice('config');
  const xMax = config?.steps ?? slice('settings').steps;
  const charts = useMemo(() => chartsOf(steps, evals, config), [steps, evals, config]);
  return (
    <section class="charts" aria-label={text.chart.heading}>
      <h2>{text.chart.heading}</h2>
      <div class="chart-grid">
        {charts.map(({ id, ...chart }) => (
          <Chart key={id} {...chart} xMax={xMax} theme={shownTheme.value} />
        ))}
      </div>
    </section>
  );
}
