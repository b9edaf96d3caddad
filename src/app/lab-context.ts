import { computed, type ReadonlySignal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Gate } from '../rl/gate.ts';
import type { Rollout } from '../rl/types.ts';
import { throughGate, type GatedStep } from '../views/gate-data.ts';
import type { Command, CommandContext } from './commands.ts';
import type { LabController, LabState } from './controller-types.ts';
import { asked } from '../domains/code/asked.ts';
import type { CodeTask } from '../domains/code/task.ts';
import { DEFAULT_LIMITS, draftOfCompletion } from './try-it/draft.ts';
import { createRewardLab, type RewardLab } from './reward-lab/model.ts';
import { createTryIt, type TryIt } from './try-it/model.ts';
import { revealTryIt } from './try-it/reveal.ts';
import { look, ui, type HeldStep } from './ui-state.ts';
import { goTo } from './url-sync.ts';
import { startRewardTrainingWorker } from '../workspace/workers.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** What the parts of the Lab share: the run and slices of it that change one at a time. */
export interface Lab {
  readonly controller: LabController;
  /** The gate the latest step is looked at through. */
  readonly lens: ReadonlySignal<Gate>;
  /** The completions on view: of the latest step, or of one that is held. */
  readonly shown: ReadonlySignal<HeldStep>;
  readonly gated: ReadonlySignal<GatedStep | null>;
  /** The value of one part of the state; a view that reads it is redrawn only when that part changes. */
  readonly slice: <K extends keyof LabState>(name: K) => LabState[K];
  readonly perform: (command: Command) => void;
  readonly enabled: (command: Command) => boolean;
  readonly commandContext: CommandContext;
  readonly tryIt: TryIt;
  readonly rewardLab: RewardLab;
  /** Loads a completion's program with all tests of its task into the panel, and goes there. */
  readonly tryCompletion: (rollout: Rollout) => void;
}

export function createLab(controller: LabController, workspace: Workspace): Lab {
  const { state } = controller;
  const slices = new Map<string, ReadonlySignal<unknown>>();
  const slice = <K extends keyof LabState>(name: K): LabState[K] => {
    const known = slices.get(name) ?? computed(() => state.value[name]);
    slices.set(name, known);
    return known.value as LabState[K];
  };
  const lensChoice = computed(() => ui.value.lens);
  const lens = computed<Gate>(() => lensChoice.value ?? slice('config')?.gate ?? slice('settings').gate);
  const heldChoice = computed(() => ui.value.held);
  const shown = computed<HeldStep>(() => {
    const rollouts = slice('rollouts');
    return heldChoice.value ?? { step: rollouts[0]?.step ?? 0, rollouts };
  });
  const gated = computed(() => {
    const { rollouts } = shown.value;
    const config = slice('config');
    if (!config || rollouts.length === 0) return null;
    return throughGate(rollouts, lens.value, config.groupSize, config.advantage);
  });
  const tryIt = createTryIt({ sandbox: workspace.sandbox });
  const rewardLab = createRewardLab({
    // Only loaded by those who go to the Reward lab.
    open: async () => (await import('./reward-lab/tools.ts')).openTools(workspace),
    openStore: () => workspace.store.get(),
    startTraining: startRewardTrainingWorker,
    controller,
  });
  const tryCompletion = ({ answer, step, taskId }: Rollout): void => {
    if (answer === null) return;
    const timeoutMs = slice('config')?.timeoutMs ?? Number(DEFAULT_LIMITS.timeoutMs);
    const task = slice('tasks')[taskId] as CodeTask | undefined;
    const draft = draftOfCompletion(answer, task, timeoutMs);
    tryIt.load(draft, { kind: 'completion', step, asked: task ? asked(task) : '' });
    revealTryIt();
  };
  const commandContext: CommandContext = {
    controller,
    gated: () => gated.value,
    shown: () => shown.value,
    ui: () => ui.value,
    look,
    goTo: (place) => goTo(controller, place),
    tryIt,
    tryCompletion,
  };
  return {
    controller,
    lens,
    shown,
    gated,
    slice,
    commandContext,
    tryIt,
    rewardLab,
    tryCompletion,
    perform: (command) => {
      if (command.enabled(commandContext)) command.perform(commandContext);
    },
    enabled: (command) => command.enabled(commandContext),
  };
}

export const LabContext = createContext<Lab | null>(null);

export function useLab(): Lab {
  const lab = useContext(LabContext);
  if (!lab) throw new Error('This view stands outside the Lab.');
  return lab;
}
