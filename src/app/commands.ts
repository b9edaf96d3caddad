import type { LabController, LabStatus } from './controller-types.ts';
import { text } from './messages.ts';
import type { HeldStep, UiState } from './ui-state.ts';
import type { Gate } from '../rl/types.ts';
import type { GatedStep } from '../views/gate-data.ts';

/** What a command may see and change. */
export interface CommandContext {
  readonly controller: LabController;
  /** The latest step through the gate on view. */
  readonly gated: () => GatedStep | null;
  readonly shown: () => HeldStep;
  readonly ui: () => UiState;
  readonly look: (change: Partial<UiState>) => void;
}

export interface Command {
  readonly id: string;
  readonly label: string;
  /** `KeyboardEvent.key` values; the first is shown. */
  readonly keys: readonly string[];
  readonly enabled: (context: CommandContext) => boolean;
  readonly perform: (context: CommandContext) => void;
}

const statusOf = ({ controller }: CommandContext): LabStatus => controller.state.value.status;
const isOneOf =
  (...statuses: LabStatus[]) =>
  (context: CommandContext): boolean =>
    statuses.includes(statusOf(context));
const always = (): boolean => true;

const gates: readonly Gate[] = ['posterior', 'ungated', 'outcome'];

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
    enabled: isOneOf('idle', 'paused', 'running'),
    perform: (context) =>
      statusOf(context) === 'running' ? context.controller.pause() : context.controller.run(),
  },
  step: {
    id: 'step',
    label: text.command.step,
    keys: ['.'],
    enabled: isOneOf('idle', 'paused'),
    perform: ({ controller }) => controller.step(),
  },
  reset: {
    id: 'reset',
    label: text.command.reset,
    keys: ['R', 'r'],
    enabled: isOneOf('running', 'pausing', 'paused', 'done', 'failed'),
    perform: (context) => {
      context.look({ group: 0, completion: null, open: false, held: null });
      context.controller.reset();
    },
  },
  cancel: {
    id: 'cancel',
    label: text.command.cancel,
    keys: ['x'],
    enabled: isOneOf('loading', 'running', 'pausing'),
    perform: ({ controller }) => controller.cancel(),
  },
  nextCompletion: {
    id: 'nextCompletion',
    label: text.command.nextCompletion,
    keys: ['j'],
    enabled: hasRollouts,
    perform: (context) => moveCompletion(context, 1),
  },
  previousCompletion: {
    id: 'previousCompletion',
    label: text.command.previousCompletion,
    keys: ['k'],
    enabled: hasRollouts,
    perform: (context) => moveCompletion(context, -1),
  },
  toggleCompletion: {
    id: 'toggleCompletion',
    label: text.command.toggleCompletion,
    keys: ['o'],
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
    enabled: hasRollouts,
    perform: (context) => moveGroup(context, -1),
  },
  nextGroup: {
    id: 'nextGroup',
    label: text.command.nextGroup,
    keys: [']'],
    enabled: hasRollouts,
    perform: (context) => moveGroup(context, 1),
  },
  cycleGate: {
    id: 'cycleGate',
    label: text.command.cycleGate,
    keys: ['g'],
    enabled: always,
    perform: ({ ui, look, controller }) => {
      const { config, settings } = controller.state.value;
      const shown = ui().lens ?? config?.gate ?? settings.gate;
      look({ lens: gates[(gates.indexOf(shown) + 1) % gates.length] ?? 'posterior' });
    },
  },
  help: {
    id: 'help',
    label: text.command.help,
    keys: ['?'],
    enabled: always,
    perform: ({ ui, look }) => look({ help: !ui().help }),
  },
} as const satisfies Record<string, Command>;

/** As printed on a key. */
export const keyName = (key: string): string => (key === ' ' ? 'Space' : key);
