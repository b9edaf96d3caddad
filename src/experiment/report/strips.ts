/** A row of dots for each of several things, every seed visible, on one axis. Its width is the page’s. */
import { formatNumber, type Look } from '../../report/chart.ts';
import type { Interval } from '../../statistics/intervals.ts';
import { html, type Markup, type Part } from './html.ts';
import { ticksOf } from './ticks.ts';

export interface Strip {
  readonly label: Part;
  /** The mean as text. */
  readonly value: string;
  readonly dots: readonly { readonly seed: number; readonly value: number }[];
  readonly mean: number;
  readonly interval: Interval | null;
  readonly look: Pick<Look, 'color'>;
  /** All of it for those who hear it. */
  readonly spoken: string;
}

/** @param reference a value to compare with, such as 0 or the start: a line through all rows */
export function strips(rows: readonly Strip[], reference: number | null): Markup {
  const values = rows.flatMap(({ dots, interval }) => [
    ...dots.map(({ value }) => value),
    ...(interval === null ? [] : [interval.low, interval.high]),
  ]);
  const all = reference === null ? values : [...values, reference];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const margin = 0.04 * (most - least) || Math.abs(most) || 1;
  const [low, high] = [least - margin, most + margin];
  const at = (value: number): string => `${((100 * (value - low)) / (high - low)).toFixed(2)}%`;
  const ticks = ticksOf(low, high);
  const grid = html`${ticks.map((tick) => html`<line class="grid" x1="${at(tick)}" x2="${at(tick)}" y1="0" y2="32" />`)}${
    reference === null
      ? null
      : html`<line class="reference" x1="${at(reference)}" x2="${at(reference)}" y1="0" y2="32" />`
  }`;
  return html`<ul class="strips">
    ${rows.map(
      ({ label, value, dots, mean, interval, look, spoken }) =>
        html`<li>
          <span class="name">${label}</span><span class="value">${value}</span
          ><svg role="img" aria-label="${spoken}" style="color:${look.color}">
            ${grid}${
              interval === null
                ? null
                : html`<line
                    class="interval"
                    x1="${at(interval.low)}"
                    x2="${at(interval.high)}"
                    y1="23"
                    y2="23"
                  />`
            }
            <line class="mean" x1="${at(mean)}" x2="${at(mean)}" y1="17" y2="29" />
            ${dots.map(
              (dot) =>
                html`<circle cx="${at(dot.value)}" cy="9" r="4"
                  ><title>seed ${dot.seed}: ${formatNumber(dot.value)}</title></circle
                >`,
            )}
          </svg>
        </li>`,
    )}
    <li class="axis" aria-hidden="true">
      <svg>
        ${ticks.map(
          (tick) => html`<text x="${at(tick)}" y="12">${formatNumber(tick).replace('-', '−')}</text>`,
        )}
      </svg>
    </li>
  </ul>`;
}
