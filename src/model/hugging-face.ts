/** A model as the files that others read. */
import { type ModelConfig, toHuggingFaceConfig } from './config.ts';
import { parameterLayout, unpackWeights } from './parameters.ts';
import { writeSafetensors } from './safetensors.ts';

/** A file by its path in the folder that is written. */
export type NamedFile = readonly [path: string, content: Uint8Array<ArrayBuffer>];

export const jsonFile = (path: string, value: unknown, indent?: number): NamedFile => [
  path,
  new TextEncoder().encode(`${JSON.stringify(value, null, indent)}\n`),
];

/** Configuration and weights of a model, as Hugging Face lays them out. */
export const modelFiles = (
  folder: string,
  config: ModelConfig,
  weights: Float32Array,
  metadata: Readonly<Record<string, string>>,
): NamedFile[] => [
  jsonFile(`${folder}/config.json`, toHuggingFaceConfig(config), 2),
  [
    `${folder}/model.safetensors`,
    writeSafetensors(unpackWeights(parameterLayout(config), weights), { format: 'pt', ...metadata }),
  ],
];
