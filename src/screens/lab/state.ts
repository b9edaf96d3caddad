import { computed, type ReadonlySignal } from '@preact/signals';
import { keptFor, usePage, type Page } from '../../app/page.ts';
import { configAt } from '../../rl/config.ts';
import type { Gate } from '../../rl/gate.ts';
import type { FullConfig, Rollout } from '../../rl/types.ts';
import { asked } from '../../domains/code/asked.ts';
import type { CodeTask } from '../../domains/code/task.ts';
import { throughGate, type GatedStep } from '../../views/gate-data.ts';
import { DEFAULT_LIMITS, draftOfCompletion } from './try-it/state/draft.ts';
import { createTryIt, type TryIt } from './try-it/state/model.ts';
import { revealTryIt } from './try-it/state/reveal.ts';
import { ui, type HeldStep } from './ui.ts';

/** What the parts of the Lab share: the run and slices of it that change one at a time. */
export interface Lab extends Page {
  /** The gate the latest step is looked at through. */
  readonly lens: ReadonlySignal<Gate>;
  /** The settings that the completions on view were trained with; `null` before a run. */
  readonly inForce: ReadonlySignal<FullConfig | null>;
  /** The completions on view: of the latest step, or of one that is held. */
  readonly shown: ReadonlySignal<HeldStep>;
  /** Those completions through that gate. */
  readonly gated: ReadonlySignal<GatedStep | null>;
  readonly tryIt: TryIt;
  /** Loads a completion's program with all tests of its task into the panel, and goes there. */
  readonly tryCompletion: (rollout: Rollout) => void;
}

function createLab(page: Page): Lab {
  const { slice } = page;
  const heldChoice = computed(() => ui.value.held);
  const shown = computed<HeldStep>(() => {
    const rollouts = slice('rollouts');
    return heldChoice.value ?? { step: rollouts[0]?.step ?? 0, rollouts };
  });
  const inForce = computed(() => {
    const config = slice('config');
    return config && configAt(config, shown.value.step);
  });
  const lensChoice = computed(() => ui.value.lens);
  const lens = computed<Gate>(() => lensChoice.value ?? inForce.value?.gate ?? slice('settings').gate);
  const gated = computed(() => {
    const { rollouts } = shown.value;
    if (!inForce.value || rollouts.length === 0) return null;
    return throughGate(rollouts, lens.value, inForce.value);
  });
  const tryIt = createTryIt({ sandbox: page.workspace.sandbox });
  const tryCompletion = ({ answer, step, taskId }: Rollout): void => {
    if (answer === null) return;
    const timeoutMs = slice('config')?.timeoutMs ?? Number(DEFAULT_LIMITS.timeoutMs);
    const task = slice('tasks')[taskId] as CodeTask | undefined;
    const draft = draftOfCompletion(answer, task, timeoutMs);
    tryIt.load(draft, { kind: 'completion', step, asked: task ? asked(task) : '' });
    revealTryIt();
  };
  return { ...page, lens, inForce, shown, gated, tryIt, tryCompletion };
}

/** The Lab of a page. It lives as long, so going to another screen loses nothing. */
export const labOf = keptFor(createLab);

export const useLab = (): Lab => labOf(usePage());
