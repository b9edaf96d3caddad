import type { ComponentType } from 'preact';
import type { Command } from './commands.ts';
import type { Page } from './page.ts';
import type { PlaceSchema } from './place.ts';

/** What the app has to know of a screen before it is opened. */
export interface Screen {
  /** Its name in the address. */
  readonly id: string;
  /** Names that it had in the address; old links still lead there. */
  readonly formerly?: readonly string[];
  /** Its name in the navigation, in the window's title and in the help. */
  readonly title: string;
  /** `KeyboardEvent.key` that goes there from anywhere. */
  readonly key: string;
  /** Whether a first visit opens it. */
  readonly welcome?: boolean;
  /** What of it stands in the address. */
  readonly place?: PlaceSchema;
  /** The window's title where it is not the screen's own; `null` for the name of the app alone. */
  readonly windowTitle?: (page: Page) => string | null;
  /** What a link can leave out: the names of its parts in the address, and what they are called. */
  readonly parts?: Readonly<Record<string, string>>;
  /** Words of the link past the header, and the id of the element that it leads to. */
  readonly skip?: { readonly label: string; readonly to: string };
  /** Stands beside its name while another screen is open. */
  readonly Mark?: ComponentType;
  /** Brings everything else: its views, their styles, and what they need. */
  readonly load: () => Promise<LoadedScreen>;
}

/** Something that a link to the screen can bring along, beside its place. */
export interface Enclosure {
  /** With what, in words. */
  readonly label: string;
  readonly pack: () => Promise<Packed>;
}

export interface Packed {
  /** What changes of the screen's place in the link; `null` where the link would be too large. */
  readonly at: Readonly<Record<string, string>> | null;
  /** A sentence: how large it is, and why it is refused. */
  readonly about: string;
  /** What can be done where it is refused. */
  readonly instead?: { readonly label: string; readonly perform: () => void };
}

export interface LoadedScreen {
  readonly View: ComponentType;
  /** `null` while there is nothing to bring. */
  readonly enclosure?: (page: Page) => Enclosure | null;
  /** What can be done on it, in the order of the help. Their keys work here alone. */
  readonly commands?: readonly Command[];
}
