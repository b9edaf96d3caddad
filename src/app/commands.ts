import type { LabController, LabStatus } from './controller-types.ts';
import { text } from './messages.ts';
import type { Place, Screen } from './place.ts';
import type { HeldStep, UiState } from './ui-state.ts';
import { DEFAULT_GATE, GATE_NAMES } from '../rl/gate.ts';
import type { Rollout } from '../rl/types.ts';
import type { GatedStep } from '../views/gate-data.ts';
import { isRunnable, type TryIt } from './try-it/model.ts';
import { revealTryIt, TRY_IT_ID } from './try-it/reveal.ts';

/** What a command may see and change. */
export interface CommandContext {
  readonly controller: LabController;
  /** The latest step through the gate on view. */
  readonly gated: () => GatedStep | null;
  readonly shown: () => HeldStep;
  readonly ui: () => UiState;
  readonly look: (change: Partial<UiState>) => void;
  readonly goTo: (place: Partial<Place>) => void;
  readonly tryIt: TryIt;
  /** Loads a completion's program into the panel and goes there. */
  readonly tryCompletion: (rollout: Rollout) => void;
}

export interface Command {
  readonly id: string;
  readonly label: string;
  /** `KeyboardEvent.key` values, with `Mod+` in front where Ctrl or ⌘ is held; the first is shown. */
  readonly keys: readonly string[];
  /** Id of the element in which alone the keys work; there they work while typing, too. */
  readonly within?: string;
  /** The screen on which alone it makes sense; without one, on all. */
  readonly screen?: Screen;
  readonly enabled: (context: CommandContext) => boolean;
  readonly perform: (context: CommandContext) => void;
}

const statusOf = ({ controller }: CommandContext): LabStatus => controller.state.value.status;
const isOneOf =
  (...statuses: LabStatus[]) =>
  (context: CommandContext): boolean =>
    statuses.includes(statusOf(context));
const always = (): boolean => true;

const hasRollouts = ({ gated }: CommandContext): boolean => gated() !== null;

function moveGroup({ gated, ui, look }: CommandContext, by: number): void {
  const count = gated()?.groups.length ?? 1;
  look({ group: (ui().group + by + count) % count, completion: null, open: false, held: null });
}

/** Moves in the order of the list, which is by reward. */
function moveCompletion({ gated, ui, look }: CommandContext, by: number): void {
  const { group, completion } = ui();
  const order = gated()?.groups[group]?.order ?? [];
  const from = completion === null ? (by > 0 ? -1 : 0) : order.indexOf(completion);
  look({ completion: order[(from + by + order.length) % order.length] ?? null, reveal: true });
}

/** The one list behind buttons, keys and help, in the order of the help. */
export const commands = {
  runPause: {
    id: 'runPause',
    label: text.command.runPause,
    keys: [' '],
    screen: 'lab',
    enabled: isOneOf('idle', 'paused', 'running'),
    perform: (context) =>
      statusOf(context) === 'running' ? context.controller.pause() : context.controller.run(),
  },
  step: {
    id: 'step',
    label: text.command.step,
    keys: ['.'],
    screen: 'lab',
    enabled: isOneOf('idle', 'paused'),
    perform: ({ controller }) => controller.step(),
  },
  reset: {
    id: 'reset',
    label: text.command.reset,
    keys: ['R', 'r'],
    screen: 'lab',
    enabled: isOneOf('queued', 'running', 'pausing', 'paused', 'done', 'failed'),
    perform: (context) => {
      context.look({ group: 0, completion: null, open: false, held: null });
      context.controller.reset();
    },
  },
  cancel: {
    id: 'cancel',
    label: text.command.cancel,
    keys: ['x'],
    screen: 'lab',
    enabled: isOneOf('loading', 'queued', 'running', 'pausing'),
    perform: ({ controller }) => controller.cancel(),
  },
  nextCompletion: {
    id: 'nextCompletion',
    label: text.command.nextCompletion,
    keys: ['j'],
    screen: 'lab',
    enabled: hasRollouts,
    perform: (context) => moveCompletion(context, 1),
  },
  previousCompletion: {
    id: 'previousCompletion',
    label: text.command.previousCompletion,
    keys: ['k'],
    screen: 'lab',
    enabled: hasRollouts,
    perform: (context) => moveCompletion(context, -1),
  },
  toggleCompletion: {
    id: 'toggleCompletion',
    label: text.command.toggleCompletion,
    keys: ['o'],
    screen: 'lab',
    enabled: hasRollouts,
    perform: (context) => {
      if (context.ui().completion === null) moveCompletion(context, 1);
      const open = !context.ui().open;
      context.look({ open, held: open ? context.shown() : null });
    },
  },
  previousGroup: {
    id: 'previousGroup',
    label: text.command.previousGroup,
    keys: ['['],
    screen: 'lab',
    enabled: hasRollouts,
    perform: (context) => moveGroup(context, -1),
  },
  nextGroup: {
    id: 'nextGroup',
    label: text.command.nextGroup,
    keys: [']'],
    screen: 'lab',
    enabled: hasRollouts,
    perform: (context) => moveGroup(context, 1),
  },
  cycleGate: {
    id: 'cycleGate',
    label: text.command.cycleGate,
    keys: ['g'],
    screen: 'lab',
    enabled: always,
    perform: ({ ui, look, controller }) => {
      const { config, settings } = controller.state.value;
      const shown = ui().lens ?? config?.gate ?? settings.gate;
      look({ lens: GATE_NAMES[(GATE_NAMES.indexOf(shown) + 1) % GATE_NAMES.length] ?? DEFAULT_GATE });
    },
  },
  openTryIt: {
    id: 'openTryIt',
    label: text.command.openTryIt,
    keys: ['e'],
    screen: 'lab',
    enabled: always,
    perform: ({ gated, ui, tryCompletion }) => {
      const { group, completion } = ui();
      const rollout = completion === null ? null : gated()?.groups[group]?.completions[completion]?.rollout;
      if (rollout) tryCompletion(rollout);
      else revealTryIt();
    },
  },
  tryRun: {
    id: 'tryRun',
    label: text.command.tryRun,
    keys: ['Mod+Enter'],
    within: TRY_IT_ID,
    enabled: ({ tryIt }) => isRunnable(tryIt.state.value),
    perform: ({ tryIt }) => void tryIt.run(),
  },
  tryStop: {
    id: 'tryStop',
    label: text.command.tryStop,
    keys: ['Escape'],
    within: TRY_IT_ID,
    enabled: ({ tryIt }) => tryIt.state.value.running !== null,
    perform: ({ tryIt }) => tryIt.cancel(),
  },
  showLab: {
    id: 'showLab',
    label: text.command.showLab,
    keys: ['1'],
    enabled: always,
    perform: ({ goTo }) => goTo({ screen: 'lab' }),
  },
  showReward: {
    id: 'showReward',
    label: text.command.showReward,
    keys: ['2'],
    enabled: always,
    perform: ({ goTo }) => goTo({ screen: 'reward' }),
  },
  help: {
    id: 'help',
    label: text.command.help,
    keys: ['?'],
    enabled: always,
    perform: ({ ui, look }) => look({ help: !ui().help }),
  },
} as const satisfies Record<string, Command>;

const onMac = /^(Mac|iP)/.test(navigator.platform);

/** As printed on a key. */
export const keyName = (key: string): string =>
  key === ' ' ? 'Space' : key.replace('Mod+', onMac ? '⌘ ' : 'Ctrl ');

/** As `aria-keyshortcuts` writes it. */
export const ariaKey = (key: string): string =>
  key === ' ' ? 'Space' : key.replace('Mod', onMac ? 'Meta' : 'Control');
