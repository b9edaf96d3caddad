import { batch, signal, type ReadonlySignal } from '@preact/signals';
import {
  DEFAULT_SCALING,
  scaleGroup,
  scalingOf,
  type Scaling,
  type ScalingKind,
} from '../../../rl/scaling.ts';
import { DEFAULT_DOMAIN } from '../../../domains/index.ts';
import type { Store } from '../../../store/index.ts';
import type { TaskSummary } from '../../../../workers/study.ts';
import type { LabController, LabMessage, LabState } from '../../../app/controller-types.ts';
import { note } from '../../../app/log.ts';
import { text as shared } from '../../../text/index.ts';
import { text } from '../text.ts';
import type { Tools } from './tools.ts';
import {
  KEY_PREFIX,
  keyFor,
  loadModel,
  saveModel,
  storedKeys,
  type ModelFacts,
  type StoredModel,
} from './stored-models.ts';
import { isAbort, isNamed, messageOf } from '../../../errors.ts';

/** Id of the model that comes with the site; all others have the key they are stored under, or will be. */
export const SHIPPED = 'shipped';

export interface ModelEntry {
  readonly id: string;
  readonly name: string;
  /** Whether it outlives the page. */
  readonly kept: boolean;
  /** Known of models that were trained or loaded here. */
  readonly facts: ModelFacts | null;
}

export interface DeskState {
  readonly status: 'closed' | 'opening' | 'ready' | 'failed';
  readonly tasks: readonly TaskSummary[];
  readonly models: readonly ModelEntry[];
  /** The model on the desk: all scores shown here are its. */
  readonly current: string;
  /** The model that is being put there. */
  readonly loading: string | null;
  /** How its raw score becomes R_t. */
  readonly scaling: Scaling;
  /** Counts the models put on the desk: scores of another count are of another model. */
  readonly version: number;
  readonly messages: readonly LabMessage[];
}

export interface DeskOptions {
  readonly open: () => Promise<Tools>;
  readonly openStore: () => Promise<Store>;
  readonly controller: Pick<LabController, 'useReward'> & {
    readonly state: { peek(): Pick<LabState, 'choosesReward'> };
  };
}

/** A model for one piece of work. */
export interface Borrowed {
  /** Raw scores of texts of prompt and reasoning. */
  readonly score: (texts: readonly string[]) => Promise<number[]>;
  /** R_t of a raw score, each on its own, as this model maps it. */
  readonly toReward: (raw: number) => number;
}

/** The reward model under study, and what it is worked with. */
export interface Desk {
  readonly state: ReadonlySignal<DeskState>;
  /** Opens the tools at the first call; the same ones afterwards, new ones after a failure. */
  ready(): Promise<Tools>;
  /** Puts a model on the desk. */
  select(id: string): Promise<void>;
  /** Works with another model, or this one, and puts back what was on the desk; meanwhile nothing else is scored. */
  borrow<R>(id: string, work: (borrowed: Borrowed) => Promise<R>): Promise<R>;
  setScaling(kind: ScalingKind): void;
  /** R_t of raw scores by the mapping in use, each on its own; `reference` is the raw score of the right reasoning. */
  toReward(raw: number, reference?: number | null): number;
  /** Takes a freshly trained model in, unsaved, and puts it on the desk. */
  add(model: StoredModel): Promise<void>;
  /** Keeps a model in the store. */
  keep(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  /** Hands the model on the desk to the Lab: its run scores with it from the next step on. */
  useInLab(): void;
  readonly canUseInLab: boolean;
  say(kind: LabMessage['kind'], what: string, rest?: Pick<LabMessage, 'kept' | 'todo'>): void;
  /** Says what failed, unless it was stopped on purpose. */
  fail(error: unknown, rest: Pick<LabMessage, 'kept' | 'todo'>): void;
  dismiss(id: string): void;
}

const shipped: ModelEntry = { id: SHIPPED, name: shared.rewardModel.shipped, kept: true, facts: null };

export function createDesk({ open, openStore, controller }: DeskOptions): Desk {
  const state = signal<DeskState>({
    status: 'closed',
    tasks: [],
    models: [shipped],
    current: SHIPPED,
    loading: null,
    scaling: DEFAULT_SCALING,
    version: 0,
    messages: [],
  });
  /** Models whose weights are at hand. */
  const held = new Map<string, StoredModel>();
  let tools: Promise<Tools> | null = null;
  let said = 0;

  const set = (change: Partial<DeskState>): void => {
    state.value = { ...state.value, ...change };
  };
  const say: Desk['say'] = (kind, what, rest = {}) => {
    note(kind, what);
    const id = `reward-${said++}`;
    set({ messages: [...state.value.messages.filter((m) => m.what !== what), { id, kind, what, ...rest }] });
  };
  const fail: Desk['fail'] = (error, rest) => {
    if (isAbort(error)) return;
    // A worker that has gone is missed by the tools: the next use opens others.
    if (isNamed(error, 'WorkerStoppedError')) {
      tools = null;
      set({ status: 'failed' });
    }
    say('error', messageOf(error), rest);
  };

  const listStored = async (): Promise<void> => {
    try {
      const keys = await storedKeys(await openStore());
      const known = state.value.models.map(({ id }) => id);
      const found = keys.filter((key) => !known.includes(key));
      const entries = found.map((key): ModelEntry => ({
        id: key,
        name: key.slice(KEY_PREFIX.length),
        kept: true,
        facts: null,
      }));
      set({ models: [...state.value.models, ...entries] });
    } catch (error) {
      say('notice', messageOf(error), text.error.noStore);
    }
  };

  const ready = (): Promise<Tools> => {
    tools ??= (async () => {
      set({ status: 'opening' });
      try {
        const [made] = await Promise.all([open(), listStored()]);
        held.set(SHIPPED, {
          name: shipped.name,
          weights: made.site.reward.weights,
          scaling: made.site.scaling,
          accuracy: NaN,
          lengthCorrelation: null,
          recipe: '',
        });
        const current = held.get(state.value.current);
        // After a failure the model that was on the desk comes back to it.
        if (current && state.value.current !== SHIPPED) await made.load(current.weights);
        const scaling = current?.scaling.scaling ?? made.site.scaling.scaling;
        set({ status: 'ready', tasks: made.tasks, scaling, version: state.value.version + 1 });
        return made;
      } catch (error) {
        tools = null;
        set({ status: 'failed' });
        throw error;
      }
    })();
    return tools;
  };

  /** A model with its weights. */
  const fetch = async (id: string, { config }: Tools): Promise<StoredModel> => {
    const model = held.get(id) ?? (await loadModel(await openStore(), id, config));
    held.set(id, model);
    return model;
  };

  const borrow: Desk['borrow'] = async (id, work) => {
    const at = await ready();
    const { current, scaling: mine, loading } = state.value;
    if (loading !== null) throw new DOMException('Another model is being put on the desk.', 'AbortError');
    const model = await fetch(id, at);
    const scaling = id === current ? mine : model.scaling.scaling;
    const toReward = (raw: number): number => scaleGroup([raw], scaling, null)[0]!;
    if (id === current) return work({ score: at.score, toReward });
    set({ loading: id });
    try {
      await at.load(model.weights);
      return await work({ score: at.score, toReward });
    } finally {
      await at.load((await fetch(current, at)).weights);
      // What was scored meanwhile was scored by the other one.
      set({ loading: null, version: state.value.version + 1 });
    }
  };

  const select = async (id: string): Promise<void> => {
    if (state.value.loading !== null || id === state.value.current) return;
    set({ loading: id });
    try {
      const at = await ready();
      const model = await fetch(id, at);
      await at.load(model.weights);
      const { weights: _, scaling, ...facts } = model;
      batch(() =>
        set({
          current: id,
          scaling: scaling.scaling,
          version: state.value.version + 1,
          models: state.value.models.map((entry) =>
            entry.id === id && id !== SHIPPED ? { ...entry, name: model.name, facts } : entry,
          ),
        }),
      );
    } catch (error) {
      fail(error, text.error.select);
    } finally {
      set({ loading: null });
    }
  };

  const keep = async (id: string): Promise<void> => {
    const model = held.get(id);
    if (!model) return;
    try {
      await saveModel(await openStore(), id, model);
      set({
        models: state.value.models.map((entry) => (entry.id === id ? { ...entry, kept: true } : entry)),
      });
      say('notice', text.model.saved(model.name));
    } catch (error) {
      fail(error, text.error.keep);
    }
  };

  return {
    state,
    ready,
    select,
    borrow,
    keep,
    say,
    fail,
    setScaling(kind) {
      const { current } = state.value;
      try {
        const scaling = scalingOf(kind, held.get(current)?.scaling.calibration ?? null);
        set({ scaling });
      } catch (error) {
        fail(error, text.error.scaling);
      }
    },
    toReward: (raw, reference = null) => scaleGroup([raw], state.value.scaling, reference)[0]!,
    async add(model) {
      const { models } = state.value;
      const id = keyFor(
        model.name,
        models.map((entry) => entry.id),
      );
      // Like the key, the name gets a number where another model has it.
      const [, copy] = /^-(\d+)$/.exec(id.slice(keyFor(model.name, []).length)) ?? [];
      const name = copy === undefined ? model.name : `${model.name} (${copy})`;
      held.set(id, { ...model, name });
      const { weights: _, scaling: __, ...facts } = model;
      set({ models: [...models, { id, name, kept: false, facts: { ...facts, name } }] });
      await select(id);
    },
    async remove(id) {
      if (id === SHIPPED) return;
      try {
        if (state.value.current === id) await select(SHIPPED);
        if (state.value.models.find((entry) => entry.id === id)?.kept)
          await (await openStore()).deleteCheckpoint(id);
        held.delete(id);
        set({ models: state.value.models.filter((entry) => entry.id !== id) });
      } catch (error) {
        fail(error, text.error.remove);
      }
    },
    useInLab() {
      const { current, models } = state.value;
      const model = held.get(current);
      const name = models.find(({ id }) => id === current)?.name ?? current;
      if (!model) return;
      const { weights, scaling } = model;
      controller.useReward({
        domain: DEFAULT_DOMAIN,
        id: current,
        name,
        weights,
        calibration: scaling.calibration,
      });
    },
    canUseInLab: controller.state.peek().choosesReward,
    dismiss: (id) => set({ messages: state.value.messages.filter((m) => m.id !== id) }),
  };
}
