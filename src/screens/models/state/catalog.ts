/** Everything that has weights, as one list: what the site brings, what runs keep, what was trained or taken in. */
import * as v from 'valibot';
import { domainOf } from '../../../domains/index.ts';
import { GATES } from '../../../rl/gate.ts';
import { MODEL_PREFIX, type Generation, type RunRecord } from '../../../store/index.ts';
import { HUB_PREFIX, type KeptHubModel } from '../../../workspace/hub-models.ts';
import { importFacts } from '../../../workspace/imported-models.ts';
import { text } from '../text.ts';

/** Where a model is kept. Each place is a section of the list. */
export const PLACES = ['site', 'run', 'reward', 'import', 'hub'] as const;
export type ModelPlace = (typeof PLACES)[number];

export type Role = 'policy' | 'reward';

export interface ModelItem {
  /** Id of the run, key in the store, or `site:` and the folder. */
  readonly id: string;
  readonly place: ModelPlace;
  readonly role: Role;
  readonly name: string;
  /** Label of the domain that it was made for, where that is known. */
  readonly domain: string | null;
  readonly parameters: number;
  /** Of all that is kept of it, optimizer states and earlier steps included. */
  readonly bytes: number;
  /** SHA-256 of the weights as little-endian float32; null where it has yet to be worked out. */
  readonly hash: string | null;
  readonly licence: string | null;
  /** Where it comes from, in a sentence. */
  readonly origin: string;
  /** What its file says of how it was made. */
  readonly recipe: string | null;
  /** Milliseconds since 1970; null for what came with the site. */
  readonly created: number | null;
  /** What can be gone back to, newest first; the one in use among them. */
  readonly generations: readonly Generation[];
  /** Of a model of the hub: what it is there, and whether all of it is here. */
  readonly hub?: KeptHubModel;
}

/** A model of the site, read. */
export type SiteItem = Pick<ModelItem, 'id' | 'role' | 'domain' | 'parameters' | 'hash' | 'recipe'>;

const BYTES_PER_WEIGHT = 4;

const rewardSchema = v.object({ kind: v.literal('reward'), name: v.string(), recipe: v.string() });

/** Sections in the order of {@link PLACES}, newest first in each. */
export function catalogOf(
  site: readonly SiteItem[],
  runs: readonly RunRecord[],
  generations: readonly Generation[],
  downloaded: readonly KeptHubModel[] = [],
): ModelItem[] {
  const kept = byKey(generations);
  const of = (key: string): Generation[] => (kept.get(key) ?? []).toReversed();
  const models = [...kept.keys()]
    .filter((key) => key.startsWith(MODEL_PREFIX))
    .map((key) => modelItem(key, of(key)));
  const items = [
    ...site.map(siteItem),
    ...runs.filter(({ id }) => kept.has(id)).map((run) => runItem(run, of(run.id))),
    ...models,
    ...downloaded.map(hubItem),
  ];
  return items.toSorted(
    (a, b) => PLACES.indexOf(a.place) - PLACES.indexOf(b.place) || (b.created ?? 0) - (a.created ?? 0),
  );
}

function byKey(generations: readonly Generation[]): ReadonlyMap<string, readonly Generation[]> {
  const kept = new Map<string, Generation[]>();
  for (const each of generations) kept.set(each.key, [...(kept.get(each.key) ?? []), each]);
  return kept;
}

const siteItem = (item: SiteItem): ModelItem => ({
  ...item,
  place: 'site',
  name: text.siteName(item.domain ?? '', item.role),
  bytes: item.parameters * BYTES_PER_WEIGHT,
  licence: text.siteLicence,
  origin: text.siteOrigin,
  created: null,
  generations: [],
});

function hubItem(hub: KeptHubModel): ModelItem {
  const { id, address, parameters, licence, architecture, commit } = hub.model;
  return {
    id: HUB_PREFIX + hub.key,
    place: 'hub',
    role: architecture?.endsWith('ForSequenceClassification') ? 'reward' : 'policy',
    name: id,
    domain: null,
    parameters,
    bytes: hub.hereBytes,
    hash: null,
    licence,
    origin: text.hub.origin(address, commit),
    recipe: null,
    created: hub.created,
    generations: [],
    hub,
  };
}

/** How a run is called where nobody gave it a name. */
export const runName = ({ name, config }: RunRecord): string =>
  name ?? text.runName(GATES[config.gate].label, config.seed);

function runItem(run: RunRecord, generations: readonly Generation[]): ModelItem {
  const { config, branchedFrom } = run;
  return {
    ...stored(generations),
    id: run.id,
    place: 'run',
    role: 'policy',
    name: runName(run),
    domain: domainOf(config).label,
    licence: null,
    origin: text.runOrigin(current(generations)?.step ?? 0, config.steps, branchedFrom ?? null),
    recipe: JSON.stringify(config),
    created: run.created,
  };
}

function modelItem(key: string, generations: readonly Generation[]): ModelItem {
  const newest = current(generations);
  const meta = newest?.meta ?? {};
  const common = { ...stored(generations), id: key, created: newest?.created ?? null, domain: null };
  const imported = importFacts(meta);
  if (imported) {
    const { head, name, parameters, hash, licence, recipe } = imported;
    const role: Role = head === 'causal' ? 'policy' : 'reward';
    return {
      ...common,
      place: 'import',
      role,
      name,
      parameters,
      hash,
      licence,
      recipe,
      origin: text.importOrigin,
    };
  }
  const reward = v.safeParse(rewardSchema, meta);
  const { name, recipe } = reward.success
    ? reward.output
    : { name: key.slice(MODEL_PREFIX.length), recipe: null };
  return {
    ...common,
    place: 'reward',
    role: 'reward',
    name,
    licence: null,
    origin: text.rewardOrigin,
    recipe,
  };
}

const current = (generations: readonly Generation[]): Generation | undefined =>
  generations.find((each) => each.current) ?? generations[0];

/** What the generations tell. A small model is one chunk, whose hash is that of its weights. */
function stored(
  generations: readonly Generation[],
): Pick<ModelItem, 'parameters' | 'bytes' | 'hash' | 'generations'> {
  const chunks = current(generations)?.parts.find(({ name }) => name === 'parameters')?.chunks ?? [];
  return {
    parameters: chunks.reduce((total, { bytes }) => total + bytes, 0) / BYTES_PER_WEIGHT,
    bytes: generations.reduce((total, { bytes }) => total + bytes, 0),
    hash: chunks.length === 1 ? chunks[0]!.hash : null,
    generations,
  };
}
