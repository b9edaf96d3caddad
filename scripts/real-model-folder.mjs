/** Where the real models of `npm run real-model` are, and the Python environment that makes them. Runs on bare Node. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Outside the repository, so that nothing here has to know of it. */
const cached = (name) => join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'posterior', name);

export const realModelFolder = () => process.env['POSTERIOR_REAL_MODEL'] ?? cached('real-model');

export const interopEnvironment = () => process.env['POSTERIOR_INTEROP_VENV'] ?? cached('interop');

/** Of the ONNX file, by an older transformers. */
export const onnxEnvironment = () => process.env['POSTERIOR_ONNX_VENV'] ?? cached('onnx');

export const RECORD = 'expected.json';

export const hasRealModel = (folder = realModelFolder()) => existsSync(join(folder, RECORD));

export const missingRealModel = (folder = realModelFolder()) =>
  `There is no real model in ${folder}. Make it with “npm run real-model” (some gigabytes of Python packages, some minutes), ` +
  'or say where it is with POSTERIOR_REAL_MODEL=DIR.';
