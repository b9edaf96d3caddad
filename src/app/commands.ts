import { text } from '../text/index.ts';
import { loadedScreen } from './loaded-screens.ts';
import type { Page } from './page.ts';
import type { Screen } from './screen.ts';
import { look, ui } from './ui-state.ts';

export interface Command {
  readonly id: string;
  readonly label: string;
  /** `KeyboardEvent.key` values, with `Mod+` in front where Ctrl or ⌘ is held; the first is shown. */
  readonly keys: readonly string[];
  /** Id of the element in which alone the keys work; there they work while typing, too. */
  readonly within?: string;
  readonly enabled: (page: Page) => boolean;
  readonly perform: (page: Page) => void;
}

/** A command that one key gives, such as a move in a list. */
export const onKey = (
  key: string,
  id: string,
  label: string,
  enabled: Command['enabled'],
  perform: Command['perform'],
): Command => ({ id, label, keys: [key], enabled, perform });

export const helpCommand: Command = {
  id: 'help',
  label: text.command.help,
  keys: ['?'],
  enabled: () => true,
  perform: () => look({ help: !ui.value.help }),
};

export const paletteCommand: Command = {
  id: 'palette',
  label: text.command.palette,
  keys: ['Mod+k'],
  enabled: () => true,
  perform: () => look({ palette: !ui.value.palette }),
};

export const shareCommand: Command = {
  id: 'share',
  label: text.command.share,
  keys: ['s'],
  enabled: () => true,
  perform: () => look({ share: !ui.value.share }),
};

const largeCommand: Command = {
  id: 'large',
  label: text.command.large,
  keys: ['l'],
  enabled: () => true,
  perform: () => {
    const { place } = ui.value;
    look({ place: { ...place, as: { ...place.as, large: !place.as.large } } });
  },
};

/** Commands that work on every screen: going to each of them, the search, the link, large type, and the help. */
export const everywhere = (screens: readonly Screen[]): readonly Command[] => [
  ...screens.map(({ id, title, key }): Command => ({
    id: `show-${id}`,
    label: text.command.show(title),
    keys: [key],
    enabled: () => true,
    perform: (page) => page.goTo(id),
  })),
  paletteCommand,
  shareCommand,
  largeCommand,
  helpCommand,
];

/** What can be done while a screen is open, in the order of the help. */
export function commandsOn(id: string, screens: readonly Screen[]): readonly Command[] {
  const screen = screens.find((each) => each.id === id);
  const own = screen && loadedScreen(screen)?.commands;
  return [...(own ?? []), ...everywhere(screens)];
}

const onMac = (): boolean => /^(Mac|iP)/.test(navigator.platform);

/** As printed on a key. */
export const keyName = (key: string): string =>
  key === ' ' ? 'Space' : key.replace('Mod+', onMac() ? '⌘ ' : 'Ctrl ');

/** As `aria-keyshortcuts` writes it. */
export const ariaKey = (key: string): string =>
  key === ' ' ? 'Space' : key.replace('Mod', onMac() ? 'Meta' : 'Control');
