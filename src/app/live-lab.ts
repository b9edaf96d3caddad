/** The Lab with runs that are trained in this page. */
import { signal } from '@preact/signals';
import { TaskFileError } from '../domains/domain.ts';
import { isDeviceChoice } from '../runtime/device.ts';
import { TrainedRun, type TrainedRunOptions } from '../run/trained-run.ts';
import { domainOf } from '../domains/index.ts';
import { loraOf } from '../rl/config.ts';
import type { TrainConfig } from '../rl/types.ts';
import type { Store } from '../store/index.ts';
import type { BundledModels } from '../workspace/bundled.ts';
import { openBase } from '../workspace/base-models.ts';
import { policySources } from '../workspace/policies.ts';
import { bundledRunModels, RunModelError, type RunModels } from '../workspace/run-models.ts';
import { type StoredPolicy, storedPolicy } from '../workspace/run-policy.ts';
import { withRunParts } from '../workspace/run-parts.ts';
import { checkTaskFile, pickedFile, storeTaskFile } from '../workspace/task-files.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { LabController, LabSettings, RewardChoice } from './controller-types.ts';
import { Lab } from './lab.ts';
import type { RunSource } from './run-source.ts';
import type { TaskFileShelf } from './task-files.ts';
import { configOf, domainAsked, FIRST_SETTINGS, PRESET_SUMMARIES, SHIPPED_REWARD } from './lab-state.ts';
import { text } from '../text/index.ts';
import { type RetrainedModels, retrainModels } from './retraining.ts';
import { settingsOf, storedRun } from './stored-runs.ts';
import { readHash } from './url.ts';

/**
 * What was trained in this page in place of the site's models, as far as a run starts from it. Factors stand beside weights that are
 * there on every visit; those are the site's.
 * @throws RunModelError where a new run would train factors that nobody could use after the visit
 */
export function startFor(
  config: TrainConfig,
  own: RetrainedModels['start'] | null,
  isNew: boolean,
): RetrainedModels['start'] | null {
  if (own === null || loraOf(config) === null) return own;
  if (!isNew) return null;
  throw new RunModelError(
    'The starter was trained again in this page, and its weights are kept nowhere else: factors beside them would be lost with the visit. Nothing was started: set loraRank to 0, or reload the page for the starter that comes with it.',
  );
}

/** The models that a new run starts from: the site's, or what was trained and chosen in their places. */
function modelsOf(
  site: BundledModels,
  own: RetrainedModels['start'] | null,
  chosen: RewardChoice | null,
): RunModels {
  const shipped = bundledRunModels(site);
  const models = own
    ? {
        policy: { ...shipped.policy, weights: own.policy },
        reward: { ...shipped.reward, weights: own.reward },
        calibration: own.calibration ?? null,
        rewardModel: own.rewardModel,
      }
    : shipped;
  if (!chosen) return models;
  const { id, name, weights, calibration } = chosen;
  return { ...models, reward: { ...models.reward, weights }, calibration, rewardModel: { id, name } };
}

function liveRuns(workspace: Workspace, lab: () => Lab): RunSource {
  /** Models trained in this page, in place of the site's, by domain. */
  const own = signal<Readonly<Record<string, RetrainedModels['start']>>>({});
  /** The reward model to start a domain's runs with, where it is not the one above. */
  const chosen = signal<RewardChoice | null>(null);
  const usualOf = (trained: typeof own.value, domain: string) =>
    trained[domain]?.rewardModel ?? SHIPPED_REWARD;

  /** @param stored a stored run, with its policy where that is not of the site's shape or vocabulary; null for a new one */
  const runOptions = (
    store: Store,
    stored: { readonly policy: StoredPolicy | null } | null,
  ): TrainedRunOptions => {
    const policy = stored?.policy ?? null;
    const [trained, reward] = [own.peek(), chosen.peek()];
    const modelsFor = (config: TrainConfig) => {
      const { name } = domainOf(config);
      return async (site: BundledModels): Promise<RunModels> => {
        const start = startFor(config, trained[name] ?? null, stored === null);
        const models = modelsOf(site, start, reward?.domain === name ? reward : null);
        if (policy === null) return models;
        const base = policy.base && (await openBase(policy.base, policySources(workspace)));
        return { ...models, policy: { ...policy, ...base } };
      };
    };
    return {
      store,
      queue: workspace.queue,
      lend: (request, work) =>
        withRunParts(
          workspace,
          {
            ...request,
            device: lab().settings.device,
            models: modelsFor(request.config),
          },
          work,
        ),
      renew: () => workspace.renew(),
      tasks: async (config) => {
        try {
          const { train, heldOut } = await workspace.tasks(config);
          return [...train, ...heldOut];
        } catch (error) {
          // A run whose file is gone can still be looked at.
          if (error instanceof TaskFileError) return [];
          throw error;
        }
      },
      tell: (news) => lab().hear(news),
    };
  };
  let opened: Store | null = null;

  return {
    source: 'live',
    presets: PRESET_SUMMARIES,
    queue: workspace.queue,
    choosesReward: true,
    nextReward(settings, files) {
      const domain = domainAsked(settings, files);
      return chosen.value?.domain === domain ? chosen.value : usualOf(own.value, domain);
    },
    configOf,
    taskFiles: taskFileShelf(workspace),
    settingsOf,
    async open() {
      opened = await workspace.store.get();
    },
    async device(choice) {
      const { kind, reason } = await workspace.device(choice);
      return { kind, reason, threads: navigator.hardwareConcurrency || 1, isolated: crossOriginIsolated };
    },
    create(config) {
      if (!opened) throw new Error('A run was begun before the store was open.');
      return new TrainedRun(config, runOptions(opened, null));
    },
    list: async () => (await (await workspace.store.get()).listRuns()).map(storedRun),
    async find(id) {
      const store = await workspace.store.get();
      const record = (await store.listRuns()).find((each) => each.id === id);
      if (!record) return null;
      const run = new TrainedRun(record, runOptions(store, { policy: await storedPolicy(store, id) }));
      await run.load();
      return run;
    },
    async interrupted({ device: _, ...asked }) {
      const store = await workspace.store.get();
      const keys = Object.keys(asked) as (keyof typeof asked)[];
      for (const record of await store.listRuns()) {
        const settings = settingsOf(record.config);
        const asAsked = keys.every((key) => JSON.stringify(settings[key]) === JSON.stringify(asked[key]));
        if (record.status !== 'running' || !asAsked) continue;
        const release = await store.holdRun(record.id);
        release?.();
        // Another tab is training what is held.
        if (release) return storedRun(record);
      }
      return null;
    },
    useReward(choice) {
      chosen.value = choice.id === usualOf(own.peek(), choice.domain).id ? null : choice;
    },
    async retrain(settings, report, abort) {
      const domain = domainAsked(settings, lab().state.peek().taskFiles?.kept);
      const { start, metrics } = await retrainModels({ ...settings, domain }, report, abort);
      own.value = { ...own.peek(), [domain]: start };
      return text.runMessages.starterDone(metrics['policy/loss'] ?? NaN, metrics['accuracy'] ?? NaN);
    },
  };
}

function taskFileShelf(workspace: Workspace): TaskFileShelf {
  const store = () => workspace.store.get();
  return {
    list: async () => (await store()).listTaskFiles(),
    async keep(file, report) {
      const { name } = file;
      const { file: kept, leftOut, unit } = await checkTaskFile(workspace, pickedFile(file), report);
      if (kept) await storeTaskFile(await store(), kept, leftOut);
      return { name, count: kept?.tasks.length ?? 0, unit, leftOut, hash: kept?.hash ?? null };
    },
    remove: async (hash) => (await store()).deleteTaskFile(hash),
  };
}

/** The Lab of the page; `?device=` decides where to compute. */
export function createLiveLab(workspace: Workspace): LabController {
  const asked = new URLSearchParams(location.search).get('device');
  const device = isDeviceChoice(asked) ? asked : 'auto';
  const lab: Lab = new Lab({
    runs: liveRuns(workspace, () => lab),
    own: {
      settings: { ...FIRST_SETTINGS, device },
      loading: { label: text.runMessages.opening, fraction: null },
    },
    first: null,
  });
  workspace.notices.add((message) => lab.notice(message));
  void lab.open(settingsInAddress());
  return lab;
}

/** What the address says when the page is opened. */
function settingsInAddress(): Partial<LabSettings> {
  const address = readHash(
    location.hash,
    PRESET_SUMMARIES.map(({ name }) => name),
    [],
  );
  return address.kind === 'settings' ? address.change : {};
}
