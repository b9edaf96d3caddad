import { text } from '../text/index.ts';
import type { ChartSeries } from './chart-props.ts';

/** Enough rows to hear the shape of a curve; the newest is always among them. */
const ROWS = 12;

function sampled(length: number): number[] {
  if (length <= ROWS) return Array.from({ length }, (_, i) => i);
  return Array.from({ length: ROWS }, (_, i) => Math.round((i * (length - 1)) / (ROWS - 1)));
}

interface Props {
  readonly title: string;
  readonly x: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly format: (value: number) => string;
}

/** The data of a chart for screen readers. */
export function ChartTable({ title, x, series, format }: Props) {
  return (
    <div class="visually-hidden">
      <table>
        <caption>{text.chart.table(title)}</caption>
        <thead>
          <tr>
            <th scope="col">{text.chart.step}</th>
            {series.map((s) => (
              <th key={s.label} scope="col">
                {s.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sampled(x.length).map((i) => (
            <tr key={x[i]}>
              <th scope="row">{x[i]}</th>
              {series.map((s) => {
                const value = s.values[i];
                return <td key={s.label}>{value === null || value === undefined ? '–' : format(value)}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
