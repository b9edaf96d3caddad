import { text } from '../../text/index.ts';
import { usePage } from '../page.ts';
import { moved } from '../place.ts';
import type { Screen } from '../screen.ts';
import { ui } from '../ui-state.ts';
import { writeHash } from '../url.ts';

const inOrder = (screens: readonly Screen[]): readonly Screen[] =>
  [...screens].sort((a, b) => a.key.localeCompare(b.key));

/** Links to the screens, in the order of their keys, which open in place. */
export function ScreenNav() {
  const { slice, screens, goTo } = usePage();
  const { place } = ui.value;
  const settings = slice('settings');
  const follow = (event: MouseEvent, screen: string): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (screen !== place.screen) goTo(screen);
  };
  return (
    <nav class="screen-nav" aria-label={text.app.screens}>
      {inOrder(screens).map(({ id, title, Mark }) => (
        <a
          key={id}
          href={writeHash(settings, moved(place, id), screens)}
          aria-current={id === place.screen ? 'page' : undefined}
          onClick={(event) => follow(event, id)}
        >
          {title}
          {Mark && id !== place.screen && <Mark />}
        </a>
      ))}
    </nav>
  );
}
