/** A model as Hugging Face lays it out: config.json, model.safetensors or its parts, tokenizer.json. */
import { parseModelConfig } from '../config.ts';
import { readMetadata, SafetensorsError, streamSafetensors } from '../safetensors.ts';
import { type ModelSource, WEIGHTS } from './source.ts';

export interface FolderOptions {
  /** The bytes of a file; `null` where the folder has none of this name. */
  readonly open: (name: string) => Promise<ReadableStream<Uint8Array> | null>;
  /** Names of the files that hold the weights, in order. */
  readonly weights?: readonly string[];
  /** What becomes of an error of reading a file; without it, the error itself is thrown. */
  readonly unusable?: (file: string, cause: unknown) => unknown;
}

/** A folder without a file that it needs. */
export class MissingFileError extends Error {
  override readonly name = 'MissingFileError';
}

/** Names of the parts of the weights, by the content of model.safetensors.index.json; none where it names none. */
export function partsOfIndex(index: unknown): string[] {
  const map = (index as { readonly weight_map?: unknown } | null)?.weight_map;
  const names = typeof map === 'object' && map !== null ? [...new Set<unknown>(Object.values(map))] : [];
  // Parts lie beside their index.
  const isName = (name: unknown): name is string => typeof name === 'string' && /^[^\\/]+$/.test(name);
  return names.every(isName) ? names : [];
}

export function folderSource({
  open,
  weights = [WEIGHTS],
  unusable = (_, cause) => cause,
}: FolderOptions): ModelSource {
  const reading = async <T>(file: string, read: () => Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch (cause) {
      throw unusable(file, cause);
    }
  };
  const needed = async (file: string): Promise<ReadableStream<Uint8Array>> => {
    const stream = await open(file);
    if (stream) return stream;
    throw new MissingFileError(`The model has no ${file}, so it cannot be used.`);
  };
  const json = (file: string): Promise<unknown> =>
    reading(file, async () => {
      const stream = await open(file);
      if (stream === null) return null;
      const response = new Response(stream);
      return file.endsWith('.jinja') ? response.text() : ((await response.json()) as unknown);
    });
  return {
    json,
    unusable,
    tokenizer: () => json('tokenizer.json'),
    async config() {
      const generation = await json('generation_config.json');
      return reading('config.json', async () =>
        parseModelConfig(await new Response(await needed('config.json')).json(), generation),
      );
    },
    metadata: () => reading(weights[0]!, async () => readMetadata(await needed(weights[0]!))),
    async *tensors() {
      const names = new Set<string>();
      for (const file of weights) {
        const tensors = streamSafetensors(await reading(file, () => needed(file)));
        try {
          for (;;) {
            const { value, done } = await reading(file, () => tensors.next());
            if (done) break;
            const [name] = value;
            if (names.has(name))
              throw unusable(file, new SafetensorsError(`“${name}” is in two of the files.`));
            names.add(name);
            yield value;
          }
        } finally {
          await tensors.return(undefined);
        }
      }
    },
  };
}
