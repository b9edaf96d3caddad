/** The settings of several arms side by side. */

/** Values as they are read, by name. */
export type Settings = Readonly<Record<string, string>>;

export interface SplitSettings {
  /** Names whose values are not all the same. */
  readonly own: readonly string[];
  /** Names that all who have them have the same value of. */
  readonly shared: readonly string[];
}

export function splitSettings(all: readonly Settings[]): SplitSettings {
  const names = [...new Set(all.flatMap((settings) => Object.keys(settings)))];
  const differs = (name: string): boolean =>
    new Set(all.flatMap((settings) => settings[name] ?? [])).size > 1;
  return { own: names.filter(differs), shared: names.filter((name) => !differs(name)) };
}

/** A value of a setting as it is read. */
export const shownSetting = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);
