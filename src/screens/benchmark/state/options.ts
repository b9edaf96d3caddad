/** What can be chosen: the policies at hand in this browser, and the tasks. */
import { DEFAULT_HELD_OUT, DEFAULT_SPLIT } from '../../../domains/files/source.ts';
import { domainOf, type TaskChoice } from '../../../domains/index.ts';
import { type TrainedWith, trainedWith } from '../../../evaluation/notes.ts';
import { type EvaluatedSplit, TASK_SET_NAMES, TASK_SETS } from '../../../evaluation/task-sets.ts';
import { GATES } from '../../../rl/gate.ts';
import type { Store, StoredTaskFile } from '../../../store/index.ts';
import { keepsStart, type KnownPolicy, listPolicies } from '../../../workspace/policies.ts';
import { choiceOf } from '../../../workspace/task-files.ts';
import { text } from '../text.ts';
import { SITE_POLICY } from './plan.ts';

interface DomainName {
  readonly name: string;
  readonly label: string;
}

export interface PolicyOption {
  readonly id: string;
  readonly name: string;
  readonly policy: KnownPolicy;
  /** Of the tasks that it was trained on; null where that depends on the tasks, or nobody knows. */
  readonly domain: DomainName | null;
  /** Null for the site's, which knows the tasks of either domain, and where nobody knows. */
  readonly trained: TrainedWith | null;
}

export interface TasksOption {
  readonly id: string;
  readonly name: string;
  /** Of how many it is a part, where that is known. */
  readonly count: number | null;
  readonly domain: DomainName;
  readonly split: EvaluatedSplit;
  readonly choice: Required<Pick<TaskChoice, 'domain' | 'tasks'>> & Pick<TaskChoice, 'taskSettings'>;
}

type PolicyStore = Pick<Store, 'listRuns' | 'listGenerations'>;

const SITE: PolicyOption = {
  id: SITE_POLICY,
  name: text.policies.site,
  policy: { place: 'site' },
  domain: null,
  trained: null,
};

export const startId = (run: string): string => `start:${run}`;

function ofRun(policy: Extract<KnownPolicy, { place: 'run' }>, step: number): PolicyOption[] {
  const { id, run } = policy;
  const { name: domain, label } = domainOf(run.config);
  const common = { domain: { name: domain, label }, trained: trainedWith(run.config) };
  const name = run.name ?? text.policies.run(GATES[run.config.gate].label, run.config.seed);
  const last: PolicyOption = { ...common, id, name: text.policies.last(name, step), policy };
  // At its first checkpoint a run is where it began.
  if (step === 0 || !keepsStart(run)) return [last];
  return [
    last,
    { ...common, id: startId(id), name: text.policies.start(name), policy: { ...policy, at: 'start' } },
  ];
}

/** Models of the hub that are kept. */
export type Downloaded = Parameters<typeof listPolicies>[1];

/** The site’s, then those of runs, newest first, then imported and downloaded ones. */
export async function policyOptions(store: PolicyStore, downloaded: Downloaded): Promise<PolicyOption[]> {
  const [known, generations] = await Promise.all([listPolicies(store, downloaded), store.listGenerations()]);
  const current = new Map(generations.filter((each) => each.current).map((each) => [each.key, each]));
  return known.flatMap((policy): PolicyOption[] => {
    switch (policy.place) {
      case 'site':
        return [SITE];
      case 'run':
        return ofRun(policy, current.get(policy.id)?.step ?? 0);
      case 'import': {
        const { id, name, trained } = policy;
        const domain = trained && { name: trained.domain, label: domainLabel(trained.domain) };
        return [{ id, name, policy, domain, trained }];
      }
      case 'hub':
        return [{ id: policy.id, name: policy.name, policy, domain: null, trained: null }];
    }
  });
}

/** A name that this version does not know stands for itself. */
function domainLabel(name: string): string {
  try {
    return domainOf({ domain: name }).label;
  } catch {
    return name;
  }
}

/** Without a store there are the site’s alone. */
export const SITE_ALONE: readonly PolicyOption[] = [SITE];

/** The tasks of the site, then those of stored files: all of each, and those alone that a run would hold out. */
export function tasksOptions(files: readonly StoredTaskFile[]): TasksOption[] {
  const named = TASK_SET_NAMES.map((id): TasksOption => {
    const { split, ...choice } = TASK_SETS[id];
    const { name, label } = domainOf(choice);
    return { id, name: id, count: null, domain: { name, label }, split, choice };
  });
  const own = files.flatMap((file): TasksOption[] => {
    const { name, label } = domainOf({ domain: file.domain });
    const common = { name: file.name, domain: { name, label } };
    const heldOut = choiceOf(file, { split: DEFAULT_SPLIT, heldOut: DEFAULT_HELD_OUT });
    return [
      { ...common, id: file.hash, count: file.count, split: 'all', choice: choiceOf(file) },
      { ...common, id: `held-out:${file.hash}`, count: null, split: 'held-out', choice: heldOut },
    ];
  });
  return [...named, ...own];
}

/** What the command line calls by one word, in a few more; a file by its name. */
export const tasksTitle = (name: string): string =>
  (text.tasks.named as Readonly<Record<string, string>>)[name] ?? name;

/** How the tasks are called in the list. */
export function tasksLabel({ id, name, count, split }: TasksOption): string {
  if (id === name) return tasksTitle(name);
  return split === 'all' ? text.tasks.file(name, count ?? 0) : text.tasks.fileHeldOut(name);
}
