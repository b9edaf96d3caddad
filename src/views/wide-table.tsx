import type { ComponentChildren } from 'preact';
import './wide-table.css';

interface Props {
  readonly label: string;
  /** The parts of the table. */
  readonly children: ComponentChildren;
}

/** A table that scrolls in its card where it is wider than that. */
export function WideTable({ label, children }: Props) {
  return (
    // Keyboards can scroll only what they reach.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div class="wide-table" role="region" aria-label={label} tabIndex={0}>
      <table>{children}</table>
    </div>
  );
}
