import { computed, effect, signal, type Signal } from '@preact/signals';
import { version } from '../../../package.json';
import { keptFor, usePage } from '../../app/page.ts';
import { moved } from '../../app/place.ts';
import { look, ui } from '../../app/ui-state.ts';
import { chosenIds, ID, placeRuns, shortId, viewedId } from './place.ts';
import { type ChosenRuns, createChosenRuns } from './state/chosen-runs.ts';
import { mark } from './state/mark.ts';
import { HeldReplicates } from './state/held-replicates.ts';
import { createExperiments, type Experiments } from './state/model.ts';
import { pageBench } from './state/page-bench.ts';

/** The experiments of a page. They live as long, so going to another screen stops nothing. */
export const experimentsOf = keptFor(({ controller, workspace, goTo }): Experiments => {
  const device = () => controller.state.peek().settings.device;
  const experiments = createExperiments({
    store: () => workspace.store.get(),
    queue: workspace.queue,
    bench: pageBench({ workspace, replicates: new HeldReplicates(), device, version }),
    renew: () => workspace.renew(),
    version,
    now: () => performance.now(),
    viewed: computed(viewedId),
    view: (id) => {
      const { place } = ui.peek();
      const at = { experiment: shortId(id), runs: '' };
      // Who has gone to another screen meanwhile stays there.
      if (place.screen === ID) goTo(ID, at);
      else look({ place: { ...moved(place, ID, at), screen: place.screen } });
    },
  });
  effect(() => {
    const { done, of } = experiments.computing.value?.progress.value ?? { done: 0, of: 0 };
    mark.value = of === 0 ? null : { done, of };
  });
  return experiments;
});

export const useExperiments = (): Experiments => experimentsOf(usePage());

/** The runs of a page that stand side by side. */
const chosenRunsOf = keptFor((page): ChosenRuns =>
  createChosenRuns({
    store: () => page.workspace.store.get(),
    chosen: computed(chosenIds),
    choose: (ids) => {
      experimentsOf(page).closeResults();
      placeRuns(ids);
    },
  }),
);

export const useChosenRuns = (): ChosenRuns => chosenRunsOf(usePage());

/** The step at which every chart has its cursor; `null` for the last. */
const cursorOf = keptFor(() => signal<number | null>(null));

export const useCursor = (): Signal<number | null> => cursorOf(usePage());
