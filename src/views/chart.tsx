import { useState } from 'preact/hooks';
import { text } from '../text/index.ts';
import type { ChartProps, ChartSeries } from './chart-props.ts';
import { ChartTable } from './chart-table.tsx';
import { Maths } from './maths.tsx';
import { hasData, usePlot } from './use-plot.ts';
import './chart.css';
import './legend.css';

/** A line chart over steps: labelled, walked with the arrow keys, and readable as a table. */
export function Chart(props: ChartProps) {
  const { title, about, x, series, bands = [], marks = [], format } = props;
  const [cursor, setCursor] = useState<number | null>(null);
  const { host, plot } = usePlot(props, setCursor);
  const lines = series.filter((s) => !s.ghost);
  const last = x.length - 1;
  const at = cursor !== null && cursor <= last ? cursor : last;
  const known = hasData(props);

  const valueOf = (s: ChartSeries): string => {
    // Between two evaluations the newest known value is shown.
    const newest = s.values.slice(0, at + 1).findLast((v) => v !== null);
    return newest === undefined || newest === null ? '–' : format(newest);
  };

  const spoken = known
    ? `${text.chart.at(x[at] ?? 0)}: ${lines.map((s) => `${s.label} ${valueOf(s)}`).join(', ')}`
    : text.chart.noData;

  const moveTo = (index: number): void => {
    const step = x[index] ?? 0;
    plot.current?.setCursor({ left: plot.current.valToPos(step, 'x'), top: 0 });
    setCursor(index);
    props.onCursor?.(step);
  };

  return (
    <figure class={`chart card ${props.className ?? ''}`}>
      <figcaption>
        <h3>
          <Maths text={title} />
        </h3>
        {props.tools && <div class="chart-tools">{props.tools}</div>}
        <p class="about">
          <Maths text={about} />
        </p>
        <ul class="legend">
          {lines.map((s) => (
            <li key={s.label}>
              <svg
                class="swatch"
                viewBox="0 0 18 8"
                aria-hidden="true"
                style={{ color: `var(--${s.color})` }}
              >
                <path d="M0 4H18" stroke-dasharray={s.dash?.map((d) => d / 1.6).join(' ')} />
              </svg>
              <span>
                <Maths text={s.label} />
              </span>{' '}
              <b>{valueOf(s)}</b>
            </li>
          ))}
          {bands
            .filter(({ label }) => label !== undefined)
            .map((b) => (
              <li key={b.label} class="band">
                <i class="swatch" style={{ background: `var(--${b.color})` }} />
                <span>{b.label}</span>
              </li>
            ))}
          {marks.map((mark) => (
            <li key={mark.x + mark.label} class="mark">
              <svg class="swatch" viewBox="0 0 18 8" aria-hidden="true">
                <path d="M9 0V8" stroke-dasharray="2 1.5" />
              </svg>
              <span>{mark.label}</span>
            </li>
          ))}
        </ul>
      </figcaption>
      <div class="plot">
        <input
          class="visually-hidden"
          type="range"
          min={0}
          max={Math.max(0, last)}
          value={Math.max(0, at)}
          aria-label={`${title} ${text.chart.keys}`}
          aria-valuetext={spoken}
          onInput={(event) => moveTo(Number(event.currentTarget.value))}
        />
        <div class="canvas" ref={host} />
      </div>
      {!known && <p class="empty">{props.empty}</p>}
      {known && <ChartTable title={title} x={x} series={lines} format={format} />}
    </figure>
  );
}
