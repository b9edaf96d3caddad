import { computed, effect } from '@preact/signals';
import { keptFor, usePage } from '../../app/page.ts';
import { moved } from '../../app/place.ts';
import { look, ui } from '../../app/ui-state.ts';
import { downloadedIn } from '../../workspace/policies.ts';
import { keepTaskFile, pickedFile } from '../../workspace/task-files.ts';
import { ID, shortId, viewedId } from './place.ts';
import { createLooking, type Looking } from './state/looking.ts';
import { mark } from './state/mark.ts';
import { type Benchmarks, createBenchmarks } from './state/model.ts';
import { pageBench } from './state/page-bench.ts';

/** The benchmarks of a page. They live as long, so going to another screen stops nothing. */
export const benchmarksOf = keptFor(
  ({ controller, workspace, goTo }): Benchmarks & { readonly looking: Looking } => {
    const benchmarks = createBenchmarks({
      store: () => workspace.store.get(),
      downloaded: () => downloadedIn(workspace),
      queue: workspace.queue,
      bench: pageBench({ workspace, device: () => controller.state.peek().settings.device }),
      renew: () => workspace.renew(),
      async keepTasks(file, report) {
        const { file: kept, leftOut, unit } = await keepTaskFile(workspace, pickedFile(file), report);
        return { name: file.name, count: kept.tasks.length, leftOut, unit, hash: kept.hash };
      },
      async tasksOf(choice) {
        const { train, heldOut } = await workspace.tasks(choice);
        return [...train, ...heldOut];
      },
      viewed: computed(viewedId),
      view: (id) => {
        const { place } = ui.peek();
        const at = { benchmark: shortId(id) };
        // Who has gone to another screen meanwhile stays there.
        if (place.screen === ID) goTo(ID, at);
        else look({ place: { ...moved(place, ID, at), screen: place.screen } });
      },
      newId: () => crypto.randomUUID(),
      today: () => Date.now(),
      now: () => performance.now(),
    });
    effect(() => {
      const run = benchmarks.evaluating.value;
      mark.value = run ? (run.progress.value.share ?? 0) : null;
    });
    return { ...benchmarks, looking: createLooking(benchmarks.run) };
  },
);

export const useBenchmarks = () => benchmarksOf(usePage());
