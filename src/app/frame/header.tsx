import { text } from '../../text/index.ts';
import { DeviceBadge } from '../../views/device-badge.tsx';
import { Icon } from '../../views/icons.tsx';
import { Segmented } from '../../views/segmented.tsx';
import { helpCommand } from '../commands.ts';
import { usePage } from '../page.ts';
import { theme, THEMES } from '../theme.ts';
import { Part } from './part.tsx';
import { ScreenNav } from './screen-nav.tsx';

export function Header() {
  const { slice, perform } = usePage();
  return (
    <header class="page-head">
      <div class="brand">
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <circle cx="7" cy="16" r="4" class="open" />
          <path d="M4.2 18.8L9.8 13.2" class="open" />
          <circle cx="16" cy="8" r="5" />
        </svg>
        <h1>{text.app.name}</h1>
        <p>{text.app.tagline}</p>
      </div>
      <Part name="navigation">
        <ScreenNav />
      </Part>
      {slice('source') === 'demonstration' && (
        <p class="demo-badge" title={text.demo.about}>
          {text.demo.badge}
        </p>
      )}
      <Part name="tools">
        <div class="head-tools">
          <DeviceBadge device={slice('device')} />
          <Segmented
            name="theme"
            legend={text.theme.label}
            options={THEMES.map((value) => ({ value, label: text.theme[value] }))}
            value={theme.value}
            onChange={(value) => (theme.value = value)}
          />
          <button
            type="button"
            class="quiet"
            aria-label={helpCommand.label}
            onClick={() => perform(helpCommand)}
          >
            <Icon name="help" />
          </button>
        </div>
      </Part>
    </header>
  );
}
