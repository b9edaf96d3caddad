/** Completions of several arms under one seed, so that all of them answer the same prompts. */
import type { Design } from './analysis.ts';
import { evenly } from './examples.ts';
import type { ComparedCell, ExampleGroup } from './results.ts';

export interface ArmGroups {
  readonly arm: string;
  readonly label: string;
  /** In the order of their steps, at least one. */
  readonly groups: readonly ExampleGroup[];
}

export interface SideBySide {
  readonly seed: number;
  readonly arms: readonly ArmGroups[];
}

/**
 * Of the first seed of which most arms have completions; null where none has any.
 * @param cells of one preset
 */
export function sideBySide({ arms, seeds }: Design, cells: readonly ComparedCell[]): SideBySide | null {
  const of = (seed: number): SideBySide => ({
    seed,
    arms: arms.flatMap(({ name, label }) => {
      const cell = cells.find((each) => each.arm === name && each.seed === seed);
      const groups = cell?.groups ?? [];
      return groups.length === 0 ? [] : [{ arm: name, label, groups }];
    }),
  });
  const [best] = seeds.map(of).toSorted((a, b) => b.arms.length - a.arms.length);
  return best === undefined || best.arms.length === 0 ? null : best;
}

/** The group of the last step up to this one; the first where all are later. */
export const groupAt = ({ groups }: ArmGroups, step: number): ExampleGroup =>
  groups.findLast((group) => group.step <= step) ?? groups[0]!;

/** Of fewer steps, as long as they have more characters than this. */
export function thinned(arms: readonly ArmGroups[], characters: number): readonly ArmGroups[] {
  const size = JSON.stringify(arms).length;
  const most = Math.max(...arms.map(({ groups }) => groups.length));
  if (size <= characters || most <= 2) return arms;
  const kept = Math.max(2, Math.floor((most * characters) / size));
  return arms.map((arm) => ({ ...arm, groups: evenly(arm.groups, kept) }));
}
