import { useLab } from '../app/lab-context.ts';
import { text } from '../app/messages.ts';
import { SCREENS, type Screen } from '../app/place.ts';
import { ui } from '../app/ui-state.ts';
import { writeHash } from '../app/url.ts';

const words = text.app;

/** The run goes on while another screen is open, so its state stands beside its name. */
function RunMark() {
  const { slice } = useLab();
  const status = slice('status');
  if (status !== 'running' && status !== 'pausing') return null;
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

/** Links to the screens, which open in place. */
export function ScreenNav() {
  const { slice, commandContext } = useLab();
  const { place } = ui.value;
  const settings = slice('settings');
  const follow = (event: MouseEvent, screen: Screen): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (screen !== place.screen) commandContext.goTo({ screen });
  };
  return (
    <nav class="screen-nav" aria-label={words.screens}>
      {SCREENS.map((screen) => (
        <a
          key={screen}
          href={writeHash(settings, { ...place, screen })}
          aria-current={screen === place.screen ? 'page' : undefined}
          onClick={(event) => follow(event, screen)}
        >
          {words.screen[screen]}
          {screen === 'lab' && place.screen !== 'lab' && <RunMark />}
        </a>
      ))}
    </nav>
  );
}
