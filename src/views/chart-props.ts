import type { ComponentChildren } from 'preact';
import type { Column } from '../rl/series.ts';

/** Name of a colour in `tokens.css`, without the dashes. */
export type ColorName =
  'held-out' | 'visible' | 'format' | 'outcome' | 'thinking' | 'fail' | 'muted' | `s${number}`;

export interface ChartSeries {
  readonly label: string;
  readonly values: Column;
  readonly color: ColorName;
  readonly dash?: readonly number[];
  readonly width?: number;
  /** Dots at the points, for series with few of them. */
  readonly points?: boolean;
  /** Drawn thin and pale, and left out of legend and table: raw data under a smoothed line. */
  readonly ghost?: boolean;
}

/** A filled area between two columns. */
export interface ChartBand {
  /** Left out of the legend where it has none: the line in it says what it belongs to. */
  readonly label?: string;
  readonly upper: Column;
  readonly lower: Column;
  readonly color: ColorName;
}

/** Something that happened at a step. */
export interface ChartMark {
  readonly x: number;
  readonly label: string;
}

export interface ChartProps {
  readonly title: string;
  readonly about: string;
  /** Ascending steps, one per row of every column. */
  readonly x: readonly number[];
  readonly xMax: number;
  readonly series: readonly ChartSeries[];
  readonly bands?: readonly ChartBand[];
  readonly marks?: readonly ChartMark[];
  /** Fixed range of y; without it the axis starts at 0 and follows the data. */
  readonly yRange?: readonly [number, number];
  /** Marks of the y axis at whole numbers only. */
  readonly integer?: boolean;
  readonly format: (value: number) => string;
  /** Said in place of the curve while there is none. */
  readonly empty: string;
  /** A change of theme redraws, since a canvas does not follow CSS. */
  readonly theme: string;
  readonly className?: string;
  /** The step where the cursor rests while no pointer is on a chart; charts that share it move together. */
  readonly cursor?: number | null;
  /** Somebody went to a step, with a click or the arrow keys. */
  readonly onCursor?: (step: number) => void;
  /** Stands beside the title. */
  readonly tools?: ComponentChildren;
}
