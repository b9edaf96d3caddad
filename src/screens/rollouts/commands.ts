import { type Command, onKey } from '../../app/commands.ts';
import type { Page } from '../../app/page.ts';
import { move, spot } from './place.ts';
import { CHANNELS } from './state/channels.ts';
import { rolloutsOf } from './state.ts';
import { QUERY_ID } from './ids.ts';
import { text } from './text.ts';

const always = (): boolean => true;
const hasStep = (page: Page): boolean => rolloutsOf(page).browser.shown.value !== null;
const isOpen = (page: Page): boolean => hasStep(page) && spot().completion !== null;

function moveStep(page: Page, by: number): void {
  const { steps, wanted } = rolloutsOf(page).browser;
  const numbers = steps.value?.numbers ?? [];
  const next = numbers[numbers.indexOf(wanted.value ?? NaN) + by];
  if (next !== undefined) move({ step: next });
}

function moveGroup(page: Page, by: number): void {
  const count = rolloutsOf(page).groups.value.length;
  if (count > 0) move({ group: (spot().group + by + count) % count, completion: null });
}

/** Moves in the order of the list on view. */
function moveCompletion(page: Page, by: number): void {
  const { view, groups, listed } = rolloutsOf(page);
  const { group, completion } = spot();
  const own = groups.value[group];
  const list =
    view.value.scope === 'step'
      ? listed.value.map(({ rollout }) => rollout)
      : (own?.order ?? []).flatMap((i) => own?.completions[i]?.rollout ?? []);
  if (list.length === 0) return;
  const at = list.findIndex((each) => each.group === group && each.index === completion);
  const from = at < 0 && by < 0 ? 0 : at;
  const next = list[(from + by + list.length) % list.length]!;
  move({ group: next.group, completion: next.index });
}

/** The one list behind the screen's keys and help, in the order of the help. */
export const commands = {
  previousStep: onKey(',', 'previousStep', text.command.previousStep, hasStep, (page) => moveStep(page, -1)),
  nextStep: onKey('.', 'nextStep', text.command.nextStep, hasStep, (page) => moveStep(page, 1)),
  previousGroup: onKey('[', 'previousRolloutGroup', text.command.previousGroup, hasStep, (page) =>
    moveGroup(page, -1),
  ),
  nextGroup: onKey(']', 'nextRolloutGroup', text.command.nextGroup, hasStep, (page) => moveGroup(page, 1)),
  nextCompletion: onKey('j', 'nextRollout', text.command.nextCompletion, hasStep, (page) =>
    moveCompletion(page, 1),
  ),
  previousCompletion: onKey('k', 'previousRollout', text.command.previousCompletion, hasStep, (page) =>
    moveCompletion(page, -1),
  ),
  close: {
    id: 'closeRollout',
    label: text.command.close,
    keys: ['o'],
    enabled: isOpen,
    perform: () => move({ completion: null }),
  },
  channel: {
    id: 'tokenChannel',
    label: text.command.channel,
    keys: ['t'],
    enabled: isOpen,
    perform: (page) => {
      const { view, look } = rolloutsOf(page);
      look({ channel: CHANNELS[(CHANNELS.indexOf(view.value.channel) + 1) % CHANNELS.length]! });
    },
  },
  pin: {
    id: 'pinRollout',
    label: text.command.pin,
    keys: ['p'],
    enabled: isOpen,
    perform: (page) => {
      const { browser, pins } = rolloutsOf(page);
      const { group, completion } = spot();
      const shown = browser.shown.peek();
      const rollout = shown?.rollouts.find((each) => each.group === group && each.index === completion);
      if (shown && rollout) pins.toggle({ run: shown.run.id, config: shown.config, rollout });
    },
  },
  find: {
    id: 'findRollouts',
    label: text.command.find,
    keys: ['/'],
    enabled: always,
    perform: () => document.getElementById(QUERY_ID)?.focus(),
  },
} as const satisfies Record<string, Command>;
