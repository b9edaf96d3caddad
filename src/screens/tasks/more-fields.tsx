import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { TaskField } from '../../domains/files/draft.ts';
import { useFlaws } from './flaws.tsx';

interface Props {
  readonly label: string;
  readonly fields: readonly TaskField[];
  readonly children: ComponentChildren;
}

/** Fields that few tasks need: folded, unless one of them is wrong. */
export function MoreFields({ label, fields, children }: Props) {
  const [open, setOpen] = useState(false);
  const wrong = useFlaws().some(({ field }) => field !== undefined && fields.includes(field));
  return (
    <details class="more" open={open || wrong} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{label}</summary>
      {children}
    </details>
  );
}
