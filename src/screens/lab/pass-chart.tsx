import { useMemo } from 'preact/hooks';
import { useLab } from './state.ts';
import { text } from './text.ts';
import { shownTheme } from '../../app/theme.ts';
import { Chart } from '../../views/chart.tsx';
import { decimal } from '../../views/format.ts';
import { column, stepsOf } from '../../rl/series.ts';

const words = text.chart.pass;

/** Held-out and visible pass@1 over the evaluations, with the interval of the held-out one. */
export function PassChart() {
  const { slice } = useLab();
  const evals = slice('evals');
  const config = slice('config');
  const xMax = config?.steps ?? slice('settings').steps;
  const data = useMemo(() => {
    const heldOut = column(evals, 'eval/pass@1');
    return {
      x: stepsOf(evals),
      bands: [
        {
          label: text.chart.interval,
          color: 'held-out',
          upper: column(evals, 'eval/pass@1/high'),
          lower: column(evals, 'eval/pass@1/low'),
        },
      ],
      series: [
        {
          label: words.visible,
          values: column(evals, 'eval/visible_pass@1'),
          color: 'visible',
          dash: [6, 4],
        },
        { label: words.heldOut, values: heldOut, color: 'held-out', width: 2.5, points: true },
      ],
    } as const;
  }, [evals]);
  return (
    <Chart
      {...data}
      className="chart-hero"
      title={words.title}
      about={words.about}
      empty={words.empty}
      xMax={xMax}
      yRange={[0, 1]}
      format={decimal}
      theme={shownTheme.value}
    />
  );
}
