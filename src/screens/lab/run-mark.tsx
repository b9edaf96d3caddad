import { usePage } from '../../app/page.ts';
import { text } from '../../text/index.ts';

/** The run goes on while another screen is open, so its state stands beside the Lab's name. */
export function RunMark() {
  const { slice } = usePage();
  const status = slice('status');
  if (status !== 'running' && status !== 'holding' && status !== 'pausing') return null;
  const done = slice('steps').length;
  const of = slice('config')?.steps ?? slice('settings').steps;
  return (
    <small>
      <span class={`status-dot ${status}`} />
      <span class="visually-hidden">{text.status[status]}: </span>
      <span class="number">
        {done}/{of}
      </span>
    </small>
  );
}
