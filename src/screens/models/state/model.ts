/** The state behind the screen: the list, what is being done with each model, and what there is to say. */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { NamedFile } from '../../../model/hugging-face.ts';
import {
  filesSource,
  licenceOf,
  modelFolders,
  pickedAdapter,
  type PickedFile,
} from '../../../model/sources/files.ts';
import { mergedSource } from '../../../model/sources/merged.ts';
import { isLarge } from '../../../model/parameters.ts';
import { loraOf } from '../../../rl/config.ts';
import type { TrainConfig } from '../../../rl/types.ts';
import { isNamed, messageOf } from '../../../errors.ts';
import { hashWeights } from '../../../model/hash-weights.ts';
import type {
  Discarded,
  Generation,
  IntegrityReport,
  LoadedCheckpoint,
  RunRecord,
  Usage,
} from '../../../store/index.ts';
import type { LabController, LabMessage } from '../../../app/controller-types.ts';
import { sayer } from '../../../app/say.ts';
import { UNDO_MS } from '../../../app/undo.ts';
import { branchRun } from '../../../workspace/branch.ts';
import { importModel } from '../../../workspace/imported-models.ts';
import { DOMAIN_NAMES } from '../../../domains/index.ts';
import { checkHubModel, type KeptHubModel, listHubModels } from '../../../workspace/hub-models.ts';
import { catalogOf, type ModelItem, type SiteItem } from './catalog.ts';
import { contentOf, contentSource, type ContentSources } from './content.ts';
import { folderFiles, folderName } from './folder.ts';
import { createHubModels, type HubModels, type HubPorts } from './hub.ts';
import { siteFolder } from './site.ts';
import { text } from '../text.ts';

/** Something that is being done; `fraction` is null while the size is unknown. */
export interface Work {
  readonly label: string;
  readonly fraction: number | null;
}

/** Of the factors that a large model is trained with where no rank was chosen: TRL's. */
const LARGE_RANK = 16;

/** A model that was just deleted and can come back. */
export interface Deleted {
  readonly id: string;
  readonly name: string;
}

export interface Checked extends IntegrityReport {
  readonly generation: number;
  /** SHA-256 of the weights; null where they are damaged. */
  readonly hash: string | null;
}

export interface ModelsState {
  readonly status: 'closed' | 'opening' | 'ready';
  /** Whether downloaded models are among the items; they are read last, and nothing waits for them. */
  readonly downloaded: 'reading' | 'listed' | 'unread';
  readonly items: readonly ModelItem[];
  readonly usage: Usage | null;
  /** By the id of the model. */
  readonly work: Readonly<Record<string, Work>>;
  readonly checked: Readonly<Record<string, Checked>>;
  readonly deleted: readonly Deleted[];
  /** The files that are being taken in. */
  readonly importing: Work | null;
  readonly messages: readonly LabMessage[];
}

interface Known {
  readonly site: readonly SiteItem[];
  readonly runs: readonly RunRecord[];
  readonly generations: readonly Generation[];
  readonly hub: readonly KeptHubModel[];
}

export interface ModelsOptions extends ContentSources {
  readonly site: () => Promise<readonly SiteItem[]>;
  readonly hub: HubPorts;
  readonly controller: Pick<LabController, 'reread' | 'look' | 'useReward'>;
  /**
   * The configuration that the Lab is set to or, where that is of another domain than asked for, the usual one of that.
   * @throws ConfigError
   */
  readonly labConfig: (domain: string | null) => TrainConfig;
  /** The device in use, as a run's record has it. */
  readonly device: () => string;
  /** Whether runs can be trained here; not where the Lab plays recorded ones. */
  readonly trains: boolean;
  /** Does something after so many milliseconds, unless it is called off. */
  readonly later: (work: () => void, ms: number) => () => void;
  readonly save: (name: string, files: readonly NamedFile[]) => Promise<void>;
  /** Opens the Lab. */
  readonly toLab: () => void;
}

export interface Models {
  readonly state: ReadonlySignal<ModelsState>;
  readonly trains: boolean;
  /** Models by their id at the hub. */
  readonly hub: HubModels;
  /** Reads the list again. */
  refresh(): Promise<void>;
  persist(): Promise<void>;
  take(picked: readonly PickedFile[] | Promise<readonly PickedFile[]>): Promise<void>;
  /** Keeps the model with an adapter in its weights, beside the model as it is. */
  mergeAdapter(item: ModelItem, picked: readonly PickedFile[]): Promise<void>;
  rename(item: ModelItem, name: string): Promise<void>;
  /** A new run from these weights, or from those of an earlier step; opens it in the Lab. */
  branch(item: ModelItem, generation?: number): Promise<void>;
  useReward(item: ModelItem): Promise<void>;
  download(item: ModelItem, generation?: number): Promise<void>;
  check(item: ModelItem, generation?: number): Promise<void>;
  restore(item: ModelItem, generation: number): Promise<void>;
  remove(item: ModelItem): Promise<void>;
  undo(id: string): Promise<void>;
  dismiss(id: string): void;
}

export function createModels(options: ModelsOptions): Models {
  const { controller, later, trains } = options;
  const state = signal<ModelsState>({
    status: 'closed',
    downloaded: 'reading',
    items: [],
    usage: null,
    work: {},
    checked: {},
    deleted: [],
    importing: null,
    messages: [],
  });
  const trash = new Map<string, { readonly discarded: Discarded; readonly callOff: () => void }>();

  const set = (change: Partial<ModelsState>): void => {
    state.value = { ...state.peek(), ...change };
  };
  const say = sayer(
    'models',
    () => state.peek().messages,
    (messages) => set({ messages }),
  );

  let known: Known = { site: [], runs: [], generations: [], hub: [] };
  const show = (change: Partial<Known>): void => {
    known = { ...known, ...change };
    const { site, runs, generations, hub } = known;
    const items = catalogOf(site, runs, generations, hub).filter(({ id }) => !trash.has(id));
    set({ status: 'ready', items });
  };

  /**
   * Each part by itself: where one cannot be read, the others are still shown. Downloaded models come from another storage
   * than the rest, which a browser may be slow to open, or never does.
   */
  const refresh = async (): Promise<void> => {
    if (state.peek().status === 'closed') set({ status: 'opening' });
    const read = <T>(part: Promise<T>, otherwise: T, rest: Pick<LabMessage, 'kept' | 'todo'>): Promise<T> =>
      part.catch((error: unknown) => {
        say('error', messageOf(error), rest);
        return otherwise;
      });
    const stored = options
      .store()
      .then((store) => Promise.all([store.listRuns(), store.listGenerations(), store.usage()]));
    // Where a browser keeps no files there are no models in them, which is said to whoever wants to have one.
    const files = options
      .modelFiles()
      .catch((error: unknown) => (isNamed(error, 'StorageRefusedError') ? null : Promise.reject(error)));
    const downloaded = files.then((kept) => (kept === null ? [] : listHubModels(kept)));
    const hub = read<readonly KeptHubModel[] | null>(downloaded, null, text.error.files);
    const [site, [runs, generations, usage]] = await Promise.all([
      read(options.site(), [], text.error.site),
      read<Awaited<typeof stored>>(
        stored,
        [[], [], { usedBytes: null, quotaBytes: null, persisted: false, checkpoints: [] }],
        text.error.store,
      ),
    ]);
    set({ usage });
    show({ site, runs, generations });
    const listed = await hub;
    set({ downloaded: listed === null ? 'unread' : 'listed' });
    if (listed !== null) show({ hub: listed });
  };

  /** Does one thing at a time with a model; what fails is said, and the list is read again either way. */
  const working = async (
    { id }: Pick<ModelItem, 'id'>,
    label: string,
    rest: Pick<LabMessage, 'kept' | 'todo'>,
    work: (report: (fraction: number) => void) => Promise<void>,
  ): Promise<void> => {
    if (state.peek().work[id]) return;
    const report = (fraction: number | null): void =>
      set({ work: { ...state.peek().work, [id]: { label, fraction } } });
    report(null);
    try {
      await work(report);
    } catch (error) {
      say('error', messageOf(error), rest);
    } finally {
      const { [id]: _, ...others } = state.peek().work;
      set({ work: others });
      await refresh();
    }
  };

  const hub = createHubModels(options.hub, say, refresh);

  const forget = (id: string): void => {
    trash.delete(id);
    set({ deleted: state.peek().deleted.filter((each) => each.id !== id) });
  };

  return {
    state,
    trains,
    hub,
    refresh,
    async persist() {
      try {
        const granted = await (await options.store()).persist();
        say('notice', granted ? text.storage.granted : text.storage.refused);
      } catch (error) {
        say('error', messageOf(error), text.error.store);
      }
      await refresh();
    },
    async take(picked) {
      const reading = Promise.resolve(picked);
      if (state.peek().importing) {
        // What was dropped is read all the same, and nobody hears of it where that fails.
        reading.catch(() => {});
        return say('notice', text.import.busy);
      }
      set({ importing: { label: text.import.reading, fraction: null } });
      try {
        const folders = modelFolders(await reading);
        const store = await options.store();
        for (const [i, folder] of folders.entries()) {
          set({ importing: { label: text.import.checking(folder.name), fraction: i / folders.length } });
          try {
            const [source, licence] = await Promise.all([filesSource(folder), licenceOf(folder)]);
            await importModel(store, source, { name: folder.name, licence });
            say('notice', text.import.done(folder.name));
          } catch (error) {
            say('error', text.import.failed(folder.name, messageOf(error)), text.error.import);
          }
        }
      } catch (error) {
        say('error', messageOf(error), text.error.import);
      } finally {
        set({ importing: null });
        await refresh();
      }
    },
    mergeAdapter: (item, files) =>
      working(item, text.work.merge, text.error.merge, async () => {
        const adapter = pickedAdapter(files);
        const source = mergedSource(contentSource(await contentOf(item, options)), adapter.source);
        const name = text.adapter.merged(item.name, adapter.name);
        await importModel(await options.store(), source, { name, licence: item.licence });
        say('notice', text.import.done(name));
      }),
    rename: (item, name) =>
      working(item, text.work.rename, text.error.rename, async () => {
        const store = await options.store();
        if (item.place !== 'run') return store.renameModel(item.id, name);
        await store.setRunName(item.id, name);
        controller.reread(item.id);
      }),
    branch: (item, generation) =>
      working(item, text.work.branch, text.error.branch, async () => {
        const content = await contentOf(item, options, generation);
        const wished =
          content.run?.record.config ??
          options.labConfig(item.place === 'site' ? siteFolder(item.id).domain : null);
        const needsLora = isLarge(content.config) && loraOf(wished) === null;
        const asked = needsLora ? { ...wished, loraRank: LARGE_RANK } : wished;
        if (needsLora) say('notice', text.withLora(item.name, LARGE_RANK));
        const site = await options.bundled(asked);
        const from = { name: item.name, step: content.run?.checkpoint.step ?? null };
        const id = await branchRun(
          await options.store(),
          site,
          { ...content, from, device: options.device() },
          asked,
        );
        controller.look(id);
        options.toLab();
      }),
    useReward: (item) =>
      working(item, text.work.use, text.error.use, async () => {
        const { config, tokenizerJson, weights, scaling } = await contentOf(item, options);
        const shape = JSON.stringify([config, tokenizerJson]);
        for (const domain of DOMAIN_NAMES) {
          const site = await options.bundled({ domain });
          if (JSON.stringify([site.reward.config, site.tokenizerJson]) !== shape) continue;
          const calibration = scaling?.calibration ?? null;
          controller.useReward({ domain, id: item.id, name: item.name, weights, calibration });
          say('notice', text.used(item.name));
          return;
        }
        throw new Error(text.otherReward(item.name));
      }),
    download: (item, generation) =>
      working(item, text.work.download, text.error.download, async () => {
        const content = await contentOf(item, options, generation);
        const folder = folderName(item.name);
        await options.save(folder, folderFiles(folder, content, item.licence, item.place === 'import'));
      }),
    check: (item, generation = item.generations.find(({ current }) => current)?.generation) =>
      working(item, text.work.check, text.error.check, async (report) => {
        if (item.hub) {
          const { files, sizeBytes: bytes } = item.hub.model;
          const damaged = await checkHubModel(await options.modelFiles(), item.hub, (done, total) =>
            report(done / total),
          );
          const found = { generation: 0, chunks: files.length, bytes, damaged, hash: null };
          set({ checked: { ...state.peek().checked, [item.id]: found } });
          return;
        }
        if (generation === undefined) return;
        const store = await options.store();
        const found = await store.checkGeneration(item.id, generation, (done, total) => report(done / total));
        const whole = found.damaged.length === 0;
        const hash = whole ? await hashOf((await store.loadGeneration(item.id, generation)).parts) : null;
        set({ checked: { ...state.peek().checked, [item.id]: { ...found, generation, hash } } });
      }),
    restore: (item, generation) =>
      working(item, text.work.restore, text.error.restore, async () => {
        await (await options.store()).restoreGeneration(item.id, generation);
        const { [item.id]: _, ...checked } = state.peek().checked;
        set({ checked });
        if (item.place === 'run') controller.reread(item.id);
      }),
    remove: (item) =>
      working(item, text.work.remove, text.error.remove, async () => {
        const { id, name, place } = item;
        const discarded = item.hub
          ? await (await options.modelFiles()).discard(item.hub.key)
          : await (await options.store()).discard(id);
        const end = async (): Promise<void> => {
          forget(id);
          await discarded
            .remove()
            .catch((error: unknown) => say('error', messageOf(error), text.error.remove));
          await refresh();
        };
        trash.set(id, { discarded, callOff: later(() => void end(), UNDO_MS) });
        set({ deleted: [...state.peek().deleted, { id, name }] });
        if (place === 'run') controller.reread(id);
      }),
    async undo(id) {
      const known = trash.get(id);
      if (!known) return;
      known.callOff();
      forget(id);
      await working({ id }, text.work.undo, text.error.undo, async () => {
        await known.discarded.restore();
        controller.reread(id);
      });
    },
    dismiss: (id) => set({ messages: state.peek().messages.filter((message) => message.id !== id) }),
  };
}

async function hashOf({ parameters }: LoadedCheckpoint['parts']): Promise<string | null> {
  return parameters instanceof Float32Array ? hashWeights(parameters) : null;
}
