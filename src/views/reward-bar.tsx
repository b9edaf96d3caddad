import { text } from '../app/messages.ts';
import { decimal } from './format.ts';

const part = (value: number, name: string) =>
  value > 0 && <i class={name} style={{ width: `${(value / 3) * 100}%` }} />;

interface Props {
  readonly format: number;
  readonly outcome: number;
  readonly thinking: number;
  /** Whether R_t is part of the sum; otherwise it is hatched. */
  readonly counted: boolean;
}

/** R_f, R_o and R_t side by side on a scale of 3, the largest possible sum. */
export function RewardBar({ format, outcome, thinking, counted }: Props) {
  const label = text.group.parts(decimal(format, 0), decimal(outcome, 0), decimal(thinking), !counted);
  return (
    <span class="reward-bar" title={label}>
      <span class="visually-hidden">{label}</span>
      {part(format, 'format')}
      {part(outcome, 'outcome')}
      {part(thinking, counted ? 'thinking' : 'thinking withheld')}
    </span>
  );
}
