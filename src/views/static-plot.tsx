import type * as Plots from '@observablehq/plot';
import { useEffect, useRef } from 'preact/hooks';
import { useSized } from './sized.ts';

interface Props {
  readonly class: string;
  /** The plot in words. */
  readonly label: string;
  /** In CSS pixels; the width is what there is. */
  readonly height: number;
  /** What to draw; another function draws anew. */
  readonly draw: (plot: typeof Plots) => Plots.PlotOptions;
}

/** The margins keep the names of the axes apart from their marks. */
const COMMON: Plots.PlotOptions = {
  marginTop: 28,
  marginBottom: 36,
  style: {
    fontFamily: 'var(--sans)',
    fontSize: '11px',
    color: 'var(--ink-3)',
    background: 'transparent',
    overflow: 'visible',
  },
};

/** A figure by Observable Plot, which is loaded with the first of them; drawn anew when its width changes. */
export function StaticPlot({ class: name, label, height, draw }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const whenSized = useSized();
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    let stop: (() => void) | null = null;
    let gone = false;
    const start = async (): Promise<void> => {
      const plot = await import('@observablehq/plot');
      if (gone) return;
      stop = whenSized(element, () => {
        const width = element.clientWidth;
        if (width === 0) return;
        const figure = plot.plot({ ...COMMON, ...draw(plot), width, height });
        // The marks' own names ("dot", "line") are not allowed on groups, and say less than the label.
        for (const mark of figure.querySelectorAll('g[aria-label]')) mark.removeAttribute('aria-label');
        element.replaceChildren(figure);
      });
    };
    start().catch((error: unknown) => console.warn('A plot is shown in words alone:', error));
    return () => {
      gone = true;
      stop?.();
    };
  }, [draw, height]);
  return (
    <div
      ref={host}
      class={`static-plot ${name}`}
      role="img"
      aria-label={label}
      style={{ height, minWidth: 0 }}
    />
  );
}
