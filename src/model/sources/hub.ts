/** Models of the Hugging Face hub: what an id stands for, and what of it is taken. */
import * as v from 'valibot';
import { parseModelConfig } from '../config.ts';
import { messageOf } from '../../errors.ts';
import { readHeader } from '../safetensors.ts';
import { partsOfIndex } from './folder.ts';
import { fileStream, readSmall } from './hub-download.ts';
import { ask, HubError, hubOrigin, type HubOptions } from './hub-request.ts';
import { readModelCard } from './model-card.ts';
import { WEIGHTS } from './source.ts';

export interface HubId {
  /** `owner/name`. */
  readonly id: string;
  /** Branch, tag or commit. */
  readonly revision: string;
}

export interface HubFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** Hexadecimal: of large files the SHA-256 of the content, of others the SHA-1 that git has of them. */
  readonly hash: string;
  readonly hashKind: 'sha256' | 'git';
}

/** A model at one commit. */
export interface HubModel {
  readonly id: string;
  /** Forty hexadecimal digits. */
  readonly commit: string;
  /** Where it can be looked at. */
  readonly address: string;
  /** What is downloaded, the small files first. */
  readonly files: readonly HubFile[];
  readonly sizeBytes: number;
  /** Names of the files with the weights, in order. */
  readonly weights: readonly string[];
  readonly licence: string | null;
  readonly baseModels: readonly string[];
  /** As config.json names it, such as `LlamaForCausalLM`. */
  readonly architecture: string | null;
  readonly parameters: number;
  /** Why it cannot be used here; null where it can. */
  readonly unusable: string | null;
}

const INDEX = `${WEIGHTS}.index.json`;
const CONFIG = 'config.json';
const TOKENIZER = 'tokenizer.json';
const README = 'README.md';
/** What is taken beside the weights. */
const BESIDE = [
  CONFIG,
  'generation_config.json',
  TOKENIZER,
  'tokenizer_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
  README,
];
/** A folder has far fewer files; a list that goes on and on is not read to its end. */
const MOST_PAGES = 20;
/** Of a file of weights at a time while its header is read: most end within it. */
const HEADER_BYTES = 2 ** 18;

const NAME = '[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9])?';
const ID = new RegExp(`^(${NAME}/${NAME})(?:@(.+))?$`);
const ADDRESS = /^https:\/\/(?:www\.)?huggingface\.co\/([^/?#]+\/[^/?#]+)(?:\/tree\/([^?#]+))?\/?$/;
const REVISION = /^[A-Za-z0-9][\w.+/-]{0,199}$/;

/** Reads `owner/name`, `owner/name@revision`, or the address of a model's page. @throws HubError */
export function parseHubId(typed: string): HubId {
  const text = typed.trim();
  const [, named, tree] = ADDRESS.exec(text) ?? [];
  const [, id, revision = tree ?? 'main'] = ID.exec(named ?? text) ?? [];
  if (id === undefined || /--|\.\./.test(id))
    throw new HubError(
      `“${text}” is no id of a model. It is the owner and the name with a slash between, as in HuggingFaceTB/SmolLM2-135M-Instruct, and may end in @ with a branch, tag or commit.`,
      'input',
    );
  if (!REVISION.test(revision) || revision.includes('..'))
    throw new HubError(`“${revision}” is no name of a branch, tag or commit.`, 'input');
  return { id, revision };
}

const hex = (digits: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${digits}}$`)));
const bytes = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const Revision = v.looseObject({ sha: hex(40) });
const Tree = v.array(
  v.looseObject({
    type: v.string(),
    path: v.string(),
    oid: v.string(),
    size: bytes,
    lfs: v.nullish(v.looseObject({ oid: hex(64), size: bytes })),
  }),
);

/**
 * Looks a model up: nothing but small files and the headers of the weights is read.
 * @throws HubError where it is not there, may not be read, or has no weights that can be read here
 */
export async function findHubModel({ id, revision }: HubId, options: HubOptions = {}): Promise<HubModel> {
  const origin = hubOrigin(options.base);
  const { sha: commit } = await json(
    Revision,
    {
      path: `/api/models/${id}/revision/${encodeURIComponent(revision)}`,
      what: `revision “${revision}”`,
      id,
    },
    options,
  );
  const all = await listFiles(id, commit, options);
  const named = new Map(all.map((file) => [file.name, file]));
  const at = { id, commit };
  const text = async (name: string): Promise<string | null> => {
    const file = named.get(name);
    return file ? new TextDecoder().decode(await readSmall(at, file, options)) : null;
  };
  const config = parsed(CONFIG, await text(CONFIG));
  if (config === null) throw unusable(id, `it has no ${CONFIG}, so it is not known what model it is`);
  if (!named.has(TOKENIZER))
    throw unusable(id, `it has no ${TOKENIZER}, and without it nobody can say what its tokens mean`);
  const weights = await weightFiles(id, named, text);
  const card = readModelCard((await text(README).catch(tooLarge)) ?? '');
  const files = [
    ...BESIDE,
    ...(weights.length > 1 || !named.has(WEIGHTS) ? [INDEX] : []),
    ...weights,
  ].flatMap((name) => named.get(name) ?? []);
  return {
    ...at,
    address: `${origin}/${id}`,
    files,
    sizeBytes: files.reduce((total, { sizeBytes }) => total + sizeBytes, 0),
    weights,
    licence: card.licence,
    baseModels: card.baseModels,
    architecture: architectureOf(config),
    ...(await weightFacts(
      at,
      weights.map((name) => named.get(name)!),
      options,
      config,
    )),
  };
}

async function json<S extends v.GenericSchema>(
  schema: S,
  question: Parameters<typeof ask>[0],
  options: HubOptions,
): Promise<v.InferOutput<S>> {
  return (await page(schema, question, options)).content;
}

async function page<S extends v.GenericSchema>(
  schema: S,
  question: Parameters<typeof ask>[0],
  options: HubOptions,
): Promise<{ readonly content: v.InferOutput<S>; readonly headers: Headers }> {
  const response = await ask(question, options);
  const content = v.safeParse(schema, await response.json().catch(() => null));
  if (content.success) return { content: content.output, headers: response.headers };
  throw new HubError(
    `${new URL(hubOrigin(options.base)).host} answered what no hub of models answers when it was asked for ${question.what}. Check the address, and whether the network has a log-in page.`,
    'unreachable',
  );
}

/** The files beside each other at the top of a repository. */
async function listFiles(id: string, commit: string, options: HubOptions): Promise<HubFile[]> {
  const files: HubFile[] = [];
  let path: string | null = `/api/models/${id}/tree/${commit}`;
  for (let pages = 0; path !== null && pages < MOST_PAGES; pages++) {
    const { content, headers }: { readonly content: v.InferOutput<typeof Tree>; readonly headers: Headers } =
      await page(Tree, { path, what: 'the list of its files', id }, options);
    for (const { type, path: name, oid, size, lfs } of content) {
      if (type !== 'file' || name.includes('/')) continue;
      files.push(
        lfs
          ? { name, sizeBytes: lfs.size, hash: lfs.oid, hashKind: 'sha256' }
          : { name, sizeBytes: size, hash: oid, hashKind: 'git' },
      );
    }
    path = nextPage(headers, hubOrigin(options.base));
  }
  return files;
}

/** What a list's `Link` header names as its next page, at the same hub. */
function nextPage(headers: Headers, origin: string): string | null {
  const [, next] = /<([^>]+)>;\s*rel="next"/.exec(headers.get('link') ?? '') ?? [];
  if (next === undefined || !URL.canParse(next, origin)) return null;
  const url = new URL(next, origin);
  return url.origin === origin ? url.pathname + url.search : null;
}

const unusable = (id: string, why: string): HubError =>
  new HubError(`${id} cannot be used here: ${why}. Take another model.`, 'unusable');

/** @throws HubError where it is there and not JSON */
function parsed(name: string, content: string | null): unknown {
  try {
    return content === null ? null : (JSON.parse(content) as unknown);
  } catch (cause) {
    throw new HubError(`${name} is not JSON (${messageOf(cause)}). Take another revision.`, 'unusable', {
      cause,
    });
  }
}

async function weightFiles(
  id: string,
  named: ReadonlyMap<string, HubFile>,
  text: (name: string) => Promise<string | null>,
): Promise<string[]> {
  if (named.has(WEIGHTS)) return [WEIGHTS];
  const index = await text(INDEX);
  if (index === null) {
    const other = [...named.keys()].find((name) => /\.(gguf|bin|pt|pth|h5|msgpack|onnx)$/.test(name));
    throw unusable(
      id,
      other === undefined ? `it has no ${WEIGHTS}` : `its weights are in ${other}, and not in ${WEIGHTS}`,
    );
  }
  const names = partsOfIndex(parsed(INDEX, index));
  const missing = names.find((name) => !named.has(name));
  if (names.length === 0 || missing !== undefined)
    throw unusable(
      id,
      names.length === 0 ? `${INDEX} names no parts` : `${missing}, which ${INDEX} names, is not there`,
    );
  return names;
}

function tooLarge(error: unknown): null {
  if (error instanceof HubError && error.fault === 'unusable') return null;
  throw error;
}

function architectureOf(config: unknown): string | null {
  const { architectures, model_type: type } = config as {
    readonly architectures?: unknown;
    readonly model_type?: unknown;
  };
  const [first] = Array.isArray(architectures) ? (architectures as unknown[]) : [];
  return typeof first === 'string' ? first : typeof type === 'string' ? type : null;
}

/** How many weights the headers tell of, and what of them or of the configuration is not supported. */
async function weightFacts(
  at: Pick<HubModel, 'id' | 'commit'>,
  files: readonly HubFile[],
  options: HubOptions,
  config: unknown,
): Promise<Pick<HubModel, 'parameters' | 'unusable'>> {
  let parameters = 0;
  let why: string | null = null;
  try {
    parseModelConfig(config);
  } catch (error) {
    why = messageOf(error);
  }
  for (const file of files) {
    try {
      for (const { shape } of await readHeader(fileStream(at, file, options, HEADER_BYTES)))
        parameters += shape.reduce((product, size) => product * size, 1);
    } catch (error) {
      if (error instanceof HubError) throw error;
      options.signal?.throwIfAborted();
      why ??= `${file.name}: ${messageOf(error)}`;
    }
  }
  return { parameters, unusable: why };
}
