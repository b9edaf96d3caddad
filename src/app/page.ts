import { computed, type ReadonlySignal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Command } from './commands.ts';
import type { LabController, LabState } from './controller-types.ts';
import type { Screen } from './screen.ts';
import { goTo } from './url-sync.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** What every screen has at hand: the run, and the way to the other screens. */
export interface Page {
  readonly screens: readonly Screen[];
  readonly controller: LabController;
  /** What the page computes with. */
  readonly workspace: Workspace;
  /** The value of one part of the run's state; a view that reads it is redrawn only when that part changes. */
  readonly slice: <K extends keyof LabState>(name: K) => LabState[K];
  readonly perform: (command: Command) => void;
  readonly enabled: (command: Command) => boolean;
  /** Opens a screen, with what is given of its place; the way back is the browser's. */
  readonly goTo: (screen: string, at?: Readonly<Record<string, string>>) => void;
}

export function createPage(
  controller: LabController,
  workspace: Workspace,
  screens: readonly Screen[],
): Page {
  const { state } = controller;
  const slices = new Map<string, ReadonlySignal<unknown>>();
  const page: Page = {
    screens,
    controller,
    workspace,
    slice: <K extends keyof LabState>(name: K): LabState[K] => {
      const known = slices.get(name) ?? computed(() => state.value[name]);
      slices.set(name, known);
      return known.value as LabState[K];
    },
    perform: (command) => {
      if (command.enabled(page)) command.perform(page);
    },
    enabled: (command) => command.enabled(page),
    goTo: (screen, at) => goTo(page, screen, at),
  };
  return page;
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error('This view stands outside the page.');
  return page;
}

/** State of a screen: made when it is first asked for, and kept as long as the page. */
export function keptFor<S>(create: (page: Page) => S): (page: Page) => S {
  const made = new WeakMap<Page, { readonly state: S }>();
  return (page) => {
    const known = made.get(page) ?? { state: create(page) };
    made.set(page, known);
    return known.state;
  };
}
