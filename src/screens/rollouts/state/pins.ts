/** Two completions to be held against each other, of whatever run and step. */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { TrainConfig, Rollout } from '../../../rl/types.ts';

export interface Pin {
  readonly run: string;
  readonly config: TrainConfig;
  readonly rollout: Rollout;
}

export interface Pins {
  /** At most two, the older first. */
  readonly pinned: ReadonlySignal<readonly Pin[]>;
  readonly has: (pin: Pick<Pin, 'run' | 'rollout'>) => boolean;
  /** Pins it, in place of the older of two; lets go of it where it is pinned. */
  toggle(pin: Pin): void;
}

const keyOf = ({ run, rollout: { step, group, index } }: Pick<Pin, 'run' | 'rollout'>): string =>
  [run, step, group, index].join('/');

export function createPins(): Pins {
  const pinned = signal<readonly Pin[]>([]);
  const has: Pins['has'] = (pin) => pinned.value.some((each) => keyOf(each) === keyOf(pin));
  return {
    pinned,
    has,
    toggle(pin) {
      const others = pinned.peek().filter((each) => keyOf(each) !== keyOf(pin));
      const isNew = others.length === pinned.peek().length;
      pinned.value = isNew ? [...others, pin].slice(-2) : others;
    },
  };
}
