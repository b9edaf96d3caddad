import { mark } from './state/mark.ts';
import { text } from './text.ts';

/** An experiment goes on while another screen is open, so what is finished of it stands beside the screen's name. */
export function ExperimentMark() {
  if (!mark.value) return null;
  const { done, of } = mark.value;
  return (
    <small>
      <span class="status-dot running" />
      <span class="visually-hidden">{text.mark}: </span>
      <span class="number">
        {done}/{of}
      </span>
    </small>
  );
}
