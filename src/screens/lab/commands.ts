import { type Command, onKey } from '../../app/commands.ts';
import type { LabStatus } from '../../app/controller-types.ts';
import type { Page } from '../../app/page.ts';
import { DEFAULT_GATE, GATE_NAMES } from '../../rl/gate.ts';
import { labOf } from './state.ts';
import { text } from './text.ts';
import { isRunnable } from './try-it/state/model.ts';
import { revealTryIt, TRY_IT_ID } from './try-it/state/reveal.ts';
import { look, ui } from './ui.ts';

const statusOf = ({ controller }: Page): LabStatus => controller.state.value.status;
const isOneOf =
  (...statuses: LabStatus[]) =>
  (page: Page): boolean =>
    statuses.includes(statusOf(page));
const always = (): boolean => true;

const hasRollouts = (page: Page): boolean => labOf(page).gated.value !== null;

function moveGroup(page: Page, by: number): void {
  const count = labOf(page).gated.value?.groups.length ?? 1;
  look({ group: (ui.value.group + by + count) % count, completion: null, open: false, held: null });
}

/** Moves in the order of the list, which is by reward. */
function moveCompletion(page: Page, by: number): void {
  const { group, completion } = ui.value;
  const order = labOf(page).gated.value?.groups[group]?.order ?? [];
  const from = completion === null ? (by > 0 ? -1 : 0) : order.indexOf(completion);
  look({ completion: order[(from + by + order.length) % order.length] ?? null, reveal: true });
}

/** The one list behind the Lab's buttons, keys and help, in the order of the help. */
export const commands = {
  runPause: {
    id: 'runPause',
    label: text.command.runPause,
    keys: [' '],
    enabled: isOneOf('idle', 'paused', 'holding', 'running'),
    perform: (page) => (statusOf(page) === 'running' ? page.controller.pause() : page.controller.run()),
  },
  step: {
    id: 'step',
    label: text.command.step,
    keys: ['.'],
    enabled: isOneOf('idle', 'paused', 'holding'),
    perform: ({ controller }) => controller.step(),
  },
  phase: {
    id: 'phase',
    label: text.command.phase,
    // Shift and the key of the full stop, wherever that is.
    keys: ['>', ':'],
    enabled: isOneOf('idle', 'paused', 'holding', 'running'),
    perform: ({ controller }) => controller.phaseByPhase(),
  },
  queue: {
    id: 'queue',
    label: text.command.queue,
    keys: ['q'],
    enabled: isOneOf('queued', 'running', 'holding', 'pausing', 'paused'),
    perform: ({ controller }) => controller.queue(),
  },
  reset: {
    id: 'reset',
    label: text.command.reset,
    keys: ['R', 'r'],
    enabled: isOneOf('queued', 'running', 'holding', 'pausing', 'paused', 'done', 'failed'),
    perform: ({ controller }) => {
      look({ group: 0, completion: null, open: false, held: null });
      controller.reset();
    },
  },
  cancel: {
    id: 'cancel',
    label: text.command.cancel,
    keys: ['x'],
    enabled: isOneOf('loading', 'queued', 'running', 'holding', 'pausing'),
    perform: ({ controller }) => controller.cancel(),
  },
  nextCompletion: onKey('j', 'nextCompletion', text.command.nextCompletion, hasRollouts, (page) =>
    moveCompletion(page, 1),
  ),
  previousCompletion: onKey('k', 'previousCompletion', text.command.previousCompletion, hasRollouts, (page) =>
    moveCompletion(page, -1),
  ),
  toggleCompletion: {
    id: 'toggleCompletion',
    label: text.command.toggleCompletion,
    keys: ['o'],
    enabled: hasRollouts,
    perform: (page) => {
      if (ui.value.completion === null) moveCompletion(page, 1);
      const open = !ui.value.open;
      look({ open, held: open ? labOf(page).shown.value : null });
    },
  },
  previousGroup: onKey('[', 'previousGroup', text.command.previousGroup, hasRollouts, (page) =>
    moveGroup(page, -1),
  ),
  nextGroup: onKey(']', 'nextGroup', text.command.nextGroup, hasRollouts, (page) => moveGroup(page, 1)),
  cycleGate: {
    id: 'cycleGate',
    label: text.command.cycleGate,
    keys: ['g'],
    enabled: always,
    perform: (page) => {
      const shown = labOf(page).lens.value;
      look({ lens: GATE_NAMES[(GATE_NAMES.indexOf(shown) + 1) % GATE_NAMES.length] ?? DEFAULT_GATE });
    },
  },
  openTryIt: {
    id: 'openTryIt',
    label: text.command.openTryIt,
    keys: ['e'],
    enabled: always,
    perform: (page) => {
      const { group, completion } = ui.value;
      const { gated, tryCompletion } = labOf(page);
      const rollout =
        completion === null ? null : gated.value?.groups[group]?.completions[completion]?.rollout;
      if (rollout) tryCompletion(rollout);
      else revealTryIt();
    },
  },
  tryRun: {
    id: 'tryRun',
    label: text.command.tryRun,
    keys: ['Mod+Enter'],
    within: TRY_IT_ID,
    enabled: (page) => isRunnable(labOf(page).tryIt.state.value),
    perform: (page) => void labOf(page).tryIt.run(),
  },
  tryStop: {
    id: 'tryStop',
    label: text.command.tryStop,
    keys: ['Escape'],
    within: TRY_IT_ID,
    enabled: (page) => labOf(page).tryIt.state.value.running !== null,
    perform: (page) => labOf(page).tryIt.cancel(),
  },
} as const satisfies Record<string, Command>;
