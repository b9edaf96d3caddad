/**
 * `npm run real-model`: makes a folder with SmolLM2-135M-Instruct as a GGUF file and as the same weights in safetensors, and
 * what transformers computes with them, for `npm run test:real`. Options: `--out DIR` for the folder, `--venv DIR` for the
 * Python environment, which is that of `npm run interop`; `--onnx` for an ONNX file of the same weights as well, which
 * `bench models` needs, and `--onnx-venv DIR` for the environment that makes it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureEnvironment, EnvironmentError } from '../interop/environment.mjs';
import { exitWith, ROOT, SetupError } from './install.mjs';
import { hasRealModel, interopEnvironment, onnxEnvironment, realModelFolder } from './real-model-folder.mjs';

const log = (text) => process.stderr.write(text);

function options() {
  try {
    const folder = { type: 'string' };
    return parseArgs({
      options: { out: folder, venv: folder, onnx: { type: 'boolean' }, 'onnx-venv': folder },
    }).values;
  } catch (error) {
    throw new SetupError(
      `${error.message} Usage: npm run real-model -- [--out DIR] [--venv DIR] [--onnx [--onnx-venv DIR]]`,
    );
  }
}

/** Runs a script of interop. @throws SetupError where it fails */
function runScript(python, [script, ...args], failure) {
  const { status, error } = spawnSync(python, [join(ROOT, 'interop', script), ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, TOKENIZERS_PARALLELISM: 'false', HF_HUB_OFFLINE: '1' },
  });
  if (status !== 0) throw new SetupError(`${failure}${error ? `: ${error.message}` : ''}.`);
}

/** Fills a folder beside its place, and moves it there. */
function makeWhole(folder, fill) {
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  fill(part);
  renameSync(part, folder);
}

function makeModel(folder, venv) {
  if (existsSync(folder))
    throw new SetupError(
      `${folder} exists and holds no real model. Remove it, or choose another with --out DIR.`,
    );
  const python = ensureEnvironment(venv, log, ['requirements.txt', 'real-model.txt']);
  makeWhole(folder, (part) => {
    log('Dequantizing SmolLM2-135M-Instruct, and recording what transformers computes: some minutes …\n');
    for (const script of [
      ['real_model.py', part],
      ['tokenizer_ids.py', join(part, 'safetensors')],
    ])
      runScript(python, script, `The real model could not be made, and nothing was kept but ${part}`);
  });
}

function makeOnnx(folder, venv) {
  const out = join(folder, 'onnx');
  if (existsSync(out)) return;
  const python = ensureEnvironment(venv, log, ['onnx.txt']);
  makeWhole(out, (part) => {
    log('Making an ONNX file of the same weights: some minutes …\n');
    runScript(
      python,
      ['onnx_export.py', join(folder, 'safetensors'), part],
      `The ONNX file could not be made, and nothing was kept but ${part}`,
    );
  });
}

function main() {
  const { out, venv, onnx, 'onnx-venv': onnxVenv } = options();
  const folder = resolve(out ?? realModelFolder());
  const isThere = hasRealModel(folder);
  if (!isThere) makeModel(folder, resolve(venv ?? interopEnvironment()));
  if (onnx) makeOnnx(folder, resolve(onnxVenv ?? onnxEnvironment()));
  process.stdout.write(
    `The real model is in ${folder}. ${isThere ? 'Remove the folder to make it anew.' : 'npm run test:real reads it there.'}\n`,
  );
}

try {
  main();
} catch (error) {
  if (!(error instanceof EnvironmentError)) exitWith(error);
  log(`${error.message}\n`);
  process.exitCode = 2;
}
