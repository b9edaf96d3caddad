import { computed, effect, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { keptFor, usePage, type Page } from '../../app/page.ts';
import type { GatedCompletion, GatedGroup } from '../../views/gate-data.ts';
import { move, spot } from './place.ts';
import { createBrowser, type Browser } from './state/browser.ts';
import type { ChannelName } from './state/channels.ts';
import { createExports, type Exports } from './state/exports.ts';
import { EVERYTHING, fits, type Filter } from './state/filter.ts';
import { createHunt, type Hunt } from './state/hunt.ts';
import { createPins, type Pins } from './state/pins.ts';
import { BEST_FIRST, sorted, type Order } from './state/sort.ts';
import { demonstration, storedRuns } from './state/sources.ts';

export const SCOPES = ['groups', 'step', 'plot'] as const;
export type Scope = (typeof SCOPES)[number];

/** How the completions of a step are looked at. */
export interface ListView {
  readonly scope: Scope;
  readonly order: Order;
  readonly filter: Filter;
  readonly channel: ChannelName;
}

export interface Rollouts {
  readonly browser: Browser;
  readonly hunt: Hunt;
  readonly exports: Exports;
  readonly pins: Pins;
  readonly view: Signal<ListView>;
  readonly look: (change: Partial<ListView>) => void;
  /** The groups of the step on view, with the places of what the filter lets through, in order. */
  readonly groups: ReadonlySignal<readonly GatedGroup[]>;
  /** What the filter lets through of the whole step, in order. */
  readonly listed: ReadonlySignal<readonly GatedCompletion[]>;
}

function createRollouts({ controller, workspace }: Page): Rollouts {
  const isDemonstration = controller.state.peek().source === 'demonstration';
  const browser = createBrowser(
    isDemonstration ? demonstration(controller, workspace) : storedRuns(workspace),
    spot,
  );
  // What is open is of this run, also when another trains later on, and for whoever gets the link.
  effect(() => {
    const { run, step, completion } = spot();
    const open = browser.run.value;
    if (open && run === '' && (step !== null || completion !== null)) move({ run: open.id });
  });
  const view = signal<ListView>({
    scope: 'groups',
    order: BEST_FIRST,
    filter: EVERYTHING,
    channel: 'probability',
  });
  const [filter, order] = [computed(() => view.value.filter), computed(() => view.value.order)];
  const filtered = (completions: readonly GatedCompletion[]): GatedCompletion[] => {
    const config = browser.shown.value?.config;
    if (!config) return [];
    const familyOf = (id: string): string | undefined => browser.tasks.value[id]?.family;
    const kept = completions.filter(({ rollout }) => fits(rollout, filter.value, config, familyOf));
    return sorted(kept, order.value);
  };
  return {
    browser,
    hunt: createHunt(browser),
    exports: createExports(browser),
    pins: createPins(),
    view,
    look: (change) => void (view.value = { ...view.peek(), ...change }),
    groups: computed(() =>
      (browser.shown.value?.gated.groups ?? []).map((group) => ({
        ...group,
        order: filtered(group.completions).map((completion) => group.completions.indexOf(completion)),
      })),
    ),
    listed: computed(() =>
      filtered((browser.shown.value?.gated.groups ?? []).flatMap(({ completions }) => completions)),
    ),
  };
}

/** Rollouts of a page. It lives as long, so going to another screen loses nothing. */
export const rolloutsOf = keptFor(createRollouts);

export const useRollouts = (): Rollouts => rolloutsOf(usePage());
