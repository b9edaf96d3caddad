/** What the arms of an experiment have in common, and in what they differ, as texts. */
import type { Arm, Experiment, PolicyChoice, Pool, RewardChoice } from '../../../experiment/file.ts';
import type { Cell } from '../../../experiment/plan.ts';
import { percent } from '../../../views/format.ts';
import { text } from '../text.ts';

const words = text.plan;

/** A name and a value, as they are read. */
export type Entry = readonly [name: string, value: string];

export interface ComparedArm {
  readonly name: string;
  readonly label: string;
  readonly frozen: boolean;
  /** What other arms have otherwise. */
  readonly differs: readonly Entry[];
}

export interface Compared {
  readonly arms: readonly ComparedArm[];
  /** Models and tasks that all trained arms share. */
  readonly choices: readonly Entry[];
  /** Settings that all of them share and that the file gives. */
  readonly settings: readonly Entry[];
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function policyText(policy: PolicyChoice): string {
  if (typeof policy === 'string') return words.site;
  return 'steps' in policy ? words.policy(policy.steps) : policy.folder;
}

function rewardText(reward: RewardChoice): string {
  if (typeof reward === 'string') return words.site;
  return 'recipe' in reward ? words.rewardModel(reward.recipe, reward.body) : reward.folder;
}

const poolText = (pool: Pool | null): string =>
  pool === null ? words.poolAll : words.poolRange(percent(pool.low), percent(pool.high));

const choicesOf = ({ policy, reward, pool }: Arm): readonly Entry[] => [
  [words.start, policyText(policy)],
  [words.reward, rewardText(reward)],
  [words.pool, poolText(pool)],
];

/** @param places of all arms */
export function compare({ arms }: Experiment, places: readonly Cell[]): Compared {
  const trained = arms.filter(({ frozen }) => !frozen);
  const of = trained.length > 0 ? trained : arms;
  const own = of.map((arm) => {
    const { config } = places.find((place) => place.arm === arm.name)!;
    return {
      arm,
      choices: choicesOf(arm),
      settings: Object.entries(config).map(([name, value]): Entry => [name, shown(value)]),
    };
  });
  const values = own.map(({ choices, settings }) => new Map([...choices, ...settings]));
  const alike = ([name]: Entry): boolean => new Set(values.map((each) => each.get(name))).size === 1;
  const given = new Set(of.flatMap(({ settings }) => Object.keys(settings)));
  const differing = new Map(
    own.map(({ arm, choices, settings }) => [
      arm.name,
      [...choices, ...settings].filter((entry) => !alike(entry)),
    ]),
  );
  return {
    choices: own[0]!.choices.filter(alike),
    settings: own[0]!.settings.filter((entry) => given.has(entry[0]) && alike(entry)),
    arms: arms.map(({ name, label, frozen }) => ({
      name,
      label,
      frozen,
      differs: frozen ? [] : (differing.get(name) ?? []),
    })),
  };
}
