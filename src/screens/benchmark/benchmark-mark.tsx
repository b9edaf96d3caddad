import { percent } from '../../views/format.ts';
import { mark } from './state/mark.ts';
import { text } from './text.ts';

/** An evaluation goes on while another screen is open, so what is done of it stands beside the screen's name. */
export function BenchmarkMark() {
  if (mark.value === null) return null;
  return (
    <small>
      <span class="status-dot running" />
      <span class="visually-hidden">{text.mark}: </span>
      <span class="number">{percent(mark.value)}</span>
    </small>
  );
}
