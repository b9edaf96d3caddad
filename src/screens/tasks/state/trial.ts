/** A policy's answers to the task on view. */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { LabMessage } from '../../../app/controller-types.ts';
import { note } from '../../../app/log.ts';
import type { Task } from '../../../domains/domain.ts';
import { isAbort, messageOf } from '../../../errors.ts';
import type { KnownPolicy } from '../../../workspace/policies.ts';
import type { TriedSample, TryRequest } from '../../../workspace/try-policy.ts';
import { text } from '../text.ts';
import type { Content, DomainName } from './fields.ts';

export const SAMPLES = [4, 8, 16, 32] as const;

export const idOf = (policy: KnownPolicy): string => (policy.place === 'site' ? 'site' : policy.id);

/** Answers, and the task as it was when they were asked for. */
export interface Tried {
  readonly domain: DomainName;
  /** Key of the task in its list. */
  readonly key: string;
  readonly content: Content;
  readonly task: Task;
  readonly samples: readonly TriedSample[];
}

export interface TrialState {
  readonly policies: readonly KnownPolicy[];
  readonly chosen: string;
  readonly samples: number;
  /** Waits for what trains, or computes. */
  readonly running: 'waiting' | 'running' | null;
  readonly tried: Tried | null;
  readonly message: LabMessage | null;
}

export interface Trial {
  readonly state: ReadonlySignal<TrialState>;
  /** Reads again which policies there are. */
  refresh(): Promise<void>;
  choose(policy: string): void;
  setSamples(samples: number): void;
  run(key: string, content: Content, task: Task): Promise<void>;
  stop(): void;
  dismiss(): void;
}

export interface TrialOptions {
  readonly policies: () => Promise<readonly KnownPolicy[]>;
  readonly tryPolicy: (
    request: Omit<TryRequest, 'device'>,
    begun: () => void,
    signal: AbortSignal,
  ) => Promise<readonly TriedSample[]>;
}

const SITE: KnownPolicy = { place: 'site' };

export function createTrial({ policies, tryPolicy }: TrialOptions): Trial {
  const state = signal<TrialState>({
    policies: [SITE],
    chosen: idOf(SITE),
    samples: SAMPLES[1],
    running: null,
    tried: null,
    message: null,
  });
  const set = (change: Partial<TrialState>): void => {
    state.value = { ...state.peek(), ...change };
  };
  const fail = (error: unknown): void => {
    const what = messageOf(error);
    note('error', what);
    set({ message: { id: 'trial', kind: 'error', what, ...text.trial.failed } });
  };
  let abort: AbortController | null = null;
  /** Another try draws other numbers. */
  let tries = 0;
  return {
    state,
    async refresh() {
      try {
        const known = await policies();
        const { chosen } = state.peek();
        const still = known.some((policy) => idOf(policy) === chosen);
        set({ policies: known, chosen: still ? chosen : idOf(SITE) });
      } catch {
        // Without a store there is the site's; the screen has told of the store.
        set({ policies: [SITE], chosen: idOf(SITE) });
      }
    },
    choose: (chosen) => set({ chosen }),
    setSamples: (samples) => set({ samples }),
    async run(key, content, task) {
      if (abort) return;
      const mine = (abort = new AbortController());
      const { policies: known, chosen, samples } = state.peek();
      const policy = known.find((each) => idOf(each) === chosen) ?? SITE;
      const { domain } = content;
      set({ running: 'waiting', message: null });
      try {
        const request = { policy, domain, task, samples, seed: tries++ };
        const answers = await tryPolicy(request, () => set({ running: 'running' }), mine.signal);
        set({ tried: { domain, key, content, task, samples: answers } });
      } catch (error) {
        if (!mine.signal.aborted && !isAbort(error)) fail(error);
      } finally {
        abort = null;
        set({ running: null });
      }
    },
    stop: () => abort?.abort(),
    dismiss: () => set({ message: null }),
  };
}
