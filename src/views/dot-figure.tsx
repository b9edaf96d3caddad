import type { ComponentChildren } from 'preact';
import './dot-figure.css';

export interface Tick {
  /** Where it is, as CSS length. */
  readonly at: string;
  readonly label: string;
}

/** The lines of the ticks behind what a row draws. */
export const Ticks = ({ ticks }: { readonly ticks: readonly Tick[] }) => (
  <>
    {ticks.map(({ at, label }) => (
      <line key={label} class="tick" x1={at} x2={at} y1="0" y2="100%" />
    ))}
  </>
);

interface Props {
  /** Class of the figure, for the styles of what its rows draw. */
  readonly kind: string;
  readonly caption: ComponentChildren;
  readonly ticks: readonly Tick[];
  /** One `li` a row: `.name`, `b` with the number, and the drawing. */
  readonly children: ComponentChildren;
}

/** Rows above one horizontal axis: a name, dots and lines, a number. */
export function DotFigure({ kind, caption, ticks, children }: Props) {
  return (
    <figure class={`dot-figure ${kind}`}>
      <figcaption class="hint">{caption}</figcaption>
      <ul>
        {children}
        <li class="axis" aria-hidden="true">
          <svg>
            {ticks.map(({ at, label }) => (
              <text key={label} x={at} y="12">
                {label}
              </text>
            ))}
          </svg>
        </li>
      </ul>
    </figure>
  );
}
