/** Models of a caller: read from files, wherever these are, and written to files again. */
import { type ChatFormat, toTokenizerConfig } from '../model/chat-template.ts';
import { parameterLayout } from '../model/parameters.ts';
import { jsonFile, modelFiles } from '../model/hugging-face.ts';
import { readChat } from '../model/sources/chat.ts';
import { folderSource } from '../model/sources/folder.ts';
import { type LoadedModel, readModel } from '../model/sources/source.ts';
import { loadTokenizer, type Tokenizer, TokenizerError } from '../model/tokenizer/index.ts';

/**
 * The bytes of a file of a model’s folder, or null where it has none of this name. Asked for: `config.json`,
 * `model.safetensors`, `tokenizer.json` and, where there are any, `generation_config.json`, `tokenizer_config.json` and
 * `chat_template.jinja`.
 */
export type OpenFile = (name: string) => Promise<Uint8Array<ArrayBuffer> | null>;

/** A file by its path in the folder that is written. */
export type ModelFile = readonly [path: string, content: Uint8Array<ArrayBuffer>];

/** A language model or a reward model in memory, with its vocabulary. */
export class Model {
  /** @internal */
  readonly loaded: LoadedModel;
  /** @internal */
  readonly tokenizerJson: unknown;
  /** @internal */
  readonly tokenizer: Tokenizer;

  /** @internal */
  readonly chat: ChatFormat | null;

  /** @internal */
  constructor(loaded: LoadedModel, tokenizerJson: unknown, chat: ChatFormat | null = null) {
    this.loaded = loaded;
    this.chat = chat;
    this.tokenizerJson = tokenizerJson;
    this.tokenizer = loadTokenizer(tokenizerJson, loaded.config);
  }

  /** Whether it writes texts (`policy`) or scores them (`reward`). */
  get kind(): 'policy' | 'reward' {
    return this.loaded.config.head === 'score' ? 'reward' : 'policy';
  }

  /** Number of its weights. */
  get parameters(): number {
    return parameterLayout(this.loaded.config).size;
  }

  /** Longest text that it can read, in tokens. */
  get maxTokens(): number {
    return this.loaded.config.maxPositions;
  }

  /** Its files as Hugging Face lays them out, under the folder’s name. */
  files(folder: string): ModelFile[] {
    const { config, weights } = this.loaded;
    return [
      ...modelFiles(folder, config, weights, {}),
      jsonFile(`${folder}/tokenizer.json`, this.tokenizerJson),
      ...(this.chat === null
        ? []
        : [jsonFile(`${folder}/tokenizer_config.json`, toTokenizerConfig(this.chat), 2)]),
    ];
  }
}

/** A policy where a reward model is needed, or the other way round. */
export class ModelKindError extends Error {
  override readonly name = 'ModelKindError';
}

/** @throws ModelKindError */
export function checkKind({ kind }: Model, needed: Model['kind']): void {
  if (kind === needed) return;
  throw new ModelKindError(
    needed === 'policy'
      ? 'This model has a score head: it is a reward model, not a policy.'
      : 'This model has no score head: it is a policy, not a reward model.',
  );
}

/**
 * Reads a model: Llama, Qwen2 and Qwen3 decoders in the layout of Hugging Face, with a byte-level `tokenizer.json`.
 * @throws ModelConfigError, SafetensorsError, WeightsError, TokenizerError, ChatTemplateError for files that cannot be used
 */
export async function readModelFiles(open: OpenFile): Promise<Model> {
  const source = folderSource({
    open: async (name) => {
      const bytes = await open(name);
      return bytes && new Blob([bytes]).stream();
    },
  });
  const [loaded, tokenizer, chat] = await Promise.all([
    readModel(source),
    source.tokenizer(),
    readChat(source),
  ]);
  if (tokenizer === null)
    throw new TokenizerError('The model has no tokenizer.json, so it cannot read or write texts.');
  return new Model(loaded, tokenizer, chat);
}

/** The files below an address, for {@link readModelFiles}. A file that is missing (404) is none. */
export const filesAt =
  (address: string): OpenFile =>
  async (name) => {
    const url = `${address.replace(/\/$/, '')}/${name}`;
    const response = await fetch(url);
    // A host that answers unknown paths with its start page has no such file either.
    if (response.status === 404 || response.headers.get('content-type')?.includes('text/html')) return null;
    if (!response.ok) throw new Error(`${url} could not be fetched (${response.status}).`);
    return new Uint8Array(await response.arrayBuffer());
  };
