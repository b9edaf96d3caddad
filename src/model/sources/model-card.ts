/** What the front matter of a README.md says of a model. */

export interface ModelCard {
  /** As the hub names it, such as `apache-2.0`; of `other`, the name that the card gives it. */
  readonly licence: string | null;
  /** Ids of the models that it was made from. */
  readonly baseModels: readonly string[];
}

const FRONT_MATTER = /^---\r?\n(.*?)\r?\n---/s;
const unquoted = (text: string): string => text.trim().replace(/^(["'])(.*)\1$/, '$2');

/** The values of a key at the top level: one, a list in brackets, or one with a dash on each line. */
function valuesOf(front: string, key: string): string[] {
  const lines = front.split(/\r?\n/);
  const at = lines.findIndex((line) => line.startsWith(`${key}:`));
  if (at < 0) return [];
  const value = lines[at]!.slice(key.length + 1).trim();
  if (value.startsWith('['))
    return value
      .replace(/^\[|\]$/g, '')
      .split(',')
      .map(unquoted)
      .filter(Boolean);
  if (value !== '') return [unquoted(value)];
  const items: string[] = [];
  for (const line of lines.slice(at + 1)) {
    const [, item] = /^\s*-\s+(.+)$/.exec(line) ?? [];
    if (item === undefined) break;
    items.push(unquoted(item));
  }
  return items;
}

export function readModelCard(readme: string): ModelCard {
  const [, front = ''] = FRONT_MATTER.exec(readme) ?? [];
  const [licence = null] = valuesOf(front, 'license');
  const [named = null] = valuesOf(front, 'license_name');
  return {
    licence: licence === 'other' ? (named ?? licence) : licence,
    baseModels: valuesOf(front, 'base_model'),
  };
}
