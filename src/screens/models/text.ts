import { formatBytes } from '../../store/index.ts';
import { decimal } from '../../views/format.ts';
import type { ModelPlace, Role } from './state/catalog.ts';
import { spoken } from '../../text/spoken.ts';

const role: Record<Role, string> = { policy: 'Policy', reward: 'Reward model' };

const place: Record<ModelPlace, { readonly heading: string; readonly about: string; readonly none: string }> =
  {
    site: {
      heading: 'Bundled',
      about: 'They come with the page and are always here.',
      none: 'The models of the site could not be read.',
    },
    run: {
      heading: 'Runs',
      about: 'The policy at the last checkpoint of each run, and at the one before.',
      none: 'No run is stored yet. Train one in the Lab: its weights are kept here.',
    },
    reward: {
      heading: 'Reward models of your own',
      about: 'Trained and kept in the Reward lab.',
      none: 'None yet. Train one in the Reward lab and keep it.',
    },
    import: {
      heading: 'Imported',
      about: 'Imported from elsewhere, with their configuration and tokenizer.',
      none: 'None yet. Drop a folder of a model in the layout of Hugging Face, or a GGUF file.',
    },
    hub: {
      heading: 'From Hugging Face',
      about: 'Downloaded by their id, each at one commit, with the files as they are there.',
      none: 'None yet. Give the id of a model, such as HuggingFaceTB/SmolLM2-135M-Instruct.',
    },
  };

const thousand = (count: number): string =>
  count < 1e6
    ? `${decimal(count / 1e3, 0)} thousand`
    : `${decimal(count / 1e6, count < 1e8 ? 1 : 0)} million`;

/** Every sentence of the list of models. */
export const text = spoken('models', {
  title: 'Models',
  skip: 'Skip to the list of models',
  about:
    'Everything here that has weights: what comes with the page, what your runs keep, what you trained or imported. Start a run from any policy, download a model, or go back to an earlier step.',
  opening: 'Reading what is stored',
  unread: 'What was downloaded could not be read.',
  role,
  place,
  siteName: (domain: string, of: Role) => `${domain}: ${of === 'policy' ? 'policy' : 'reward model'}`,
  siteOrigin: 'It comes with the page.',
  siteLicence: 'MIT',
  runName: (gate: string, seed: number) => `${gate}, seed ${seed}`,
  runOrigin: (
    step: number,
    steps: number,
    from: { readonly name: string; readonly step: number | null } | null,
  ) =>
    `A run, at step ${step} of ${steps}.` +
    (from ? ` It began with “${from.name}”${from.step === null ? '' : ` at step ${from.step}`}.` : ''),
  rewardOrigin: 'Trained in the Reward lab.',
  importOrigin: 'Imported from elsewhere.',
  size: (parameters: number, bytes: number) => `${thousand(parameters)} weights · ${formatBytes(bytes)}`,
  sizeAbout: 'With everything that is kept beside them: optimizer state, reward model, earlier steps.',
  fact: {
    origin: 'Origin',
    made: 'Made',
    domain: 'Tasks',
    hash: 'SHA-256 of the weights',
    noHash: 'Press Check to compute it.',
    licence: 'Licence',
    noLicence: {
      site: '',
      run: 'that of the weights it began with',
      reward: 'yours',
      import: 'its files name none',
      hub: 'its card names none',
    },
    recipe: 'Recipe',
    noRecipe: 'its file does not say',
  },
  details: 'Details',
  action: {
    named: (action: string, name: string) => `${action}: ${name}`,
    branch: 'Branch',
    branchAbout: (name: string) => `Start a new run from the weights of ${name}`,
    use: 'Score with it',
    useAbout: (name: string) => `Let ${name} score the reasoning in the Lab`,
    download: 'Download',
    downloadAbout: (name: string) => `Download ${name} as a Hugging Face folder`,
    check: 'Check',
    checkAbout: (name: string) => `Compare every chunk of ${name} with its hash`,
    rename: 'Rename',
    renameAbout: (name: string) => `Rename ${name}`,
    remove: 'Delete',
    removeAbout: (name: string) => `Delete ${name}`,
    restore: 'Go back',
    restoreAbout: (step: number) => `Go back to step ${step}`,
  },
  renameLabel: (name: string) => `New name of ${name}`,
  save: 'Save',
  cancel: 'Cancel',
  demo: 'The Lab plays recorded runs here: remove ?demo from the address to branch.',
  adapter: {
    merge: 'Merge an adapter …',
    about:
      'adapter_config.json and adapter_model.safetensors, as PEFT writes them. The model with the adapter in its weights is kept beside this one.',
    merged: (model: string, adapter: string) => `${model} + ${adapter}`,
  },
  work: {
    merge: 'Merging the adapter',
    rename: 'Renaming',
    branch: 'Starting a run from it',
    use: 'Handing it to the Lab',
    download: 'Packing the folder',
    check: 'Checking',
    restore: 'Going back',
    remove: 'Deleting',
    undo: 'Bringing it back',
  },
  checked: (chunks: number, bytes: number) =>
    `All ${chunks} chunks, ${formatBytes(bytes)}, are as they were written.`,
  damaged: (parts: readonly string[]) =>
    `Damaged: ${parts.join(', ')}. Go back to an earlier step, or delete it.`,
  used: (name: string) =>
    `“${name}” scores the next run of the Lab, or the one on view from its next step on.`,
  withLora: (name: string, rank: number) =>
    `${name} is too large to be trained whole: the run trains factors of rank ${rank} beside its weights (LoRA). Another rank can be chosen in the Lab’s settings beforehand.`,
  otherReward: (name: string) =>
    `“${name}” has another shape or vocabulary than the reward models of this page, so runs here cannot score with it. The command line can: train --reward FOLDER.`,
  generation: {
    heading: 'Kept steps',
    step: 'Step',
    saved: 'Saved',
    size: 'Size',
    does: 'Actions',
    current: 'in use',
    damaged: 'damaged',
    download: 'Download',
    branch: 'Branch',
  },
  storage: {
    heading: 'Storage',
    used: (used: number, quota: number) => `${formatBytes(used)} of ${formatBytes(quota)} in use`,
    unknown: 'The browser does not say how much is in use.',
    meter: 'Storage in use',
    kept: (bytes: number, count: number) =>
      `${count} ${count === 1 ? 'model' : 'models'} of yours: ${formatBytes(bytes)}.`,
    persisted: 'The browser promised to keep it.',
    notPersisted: 'The browser may clear it when space runs short.',
    ask: 'Ask to keep it',
    granted: 'The browser promised to keep what is stored here.',
    refused:
      'The browser did not promise to keep what is stored here. It tends to when a page is bookmarked or used often; download what you need.',
  },
  import: {
    heading: 'Import a model',
    about:
      'A folder with config.json, model.safetensors and tokenizer.json, or one GGUF file. Drop it here, or pick it.',
    folder: 'Pick a folder',
    files: 'Pick files',
    drop: 'Drop it here',
    reading: 'Reading the files',
    checking: (name: string) => `Checking ${name}`,
    done: (name: string) => `“${name}” was imported. It is kept here until you delete it.`,
    failed: (name: string, why: string) => `“${name}” was not imported. ${why}`,
    busy: 'Another model is being imported. Nothing was taken of what you dropped; drop it again when that is done.',
    local: 'It stays on this machine.',
  },
  hub: {
    heading: 'Get a model from Hugging Face',
    id: 'Hugging Face id',
    example: 'owner/name',
    idAbout: 'owner/name, or owner/name@revision with a branch, tag or commit.',
    token: 'It is gated or private',
    tokenLabel: 'Access token',
    tokenAbout: 'It is used for this one download, goes to huggingface.co alone, and is kept nowhere.',
    look: 'Look it up',
    looking: (id: string) => `Looking ${id} up`,
    fact: {
      size: 'Size',
      architecture: 'Architecture',
      unknown: 'not said',
      licence: 'Licence',
      noLicence: 'its card names none',
      base: 'Made from',
      noBase: 'its card names none',
      commit: 'Commit',
      page: 'Page',
    },
    unusable: (why: string) => `It cannot be used here: ${why}`,
    download: (bytes: number) => `Download ${formatBytes(bytes)}`,
    beginning: 'Comparing what is here already',
    downloading: (id: string) => `Downloading ${id}`,
    progress: (done: number, total: number, file: string) =>
      `${formatBytes(done)} of ${formatBytes(total)}, ${file}`,
    stop: 'Stop',
    connects: 'This page asks huggingface.co and its file servers, and only when you press the button.',
    done: (id: string) => `${id} is here. It is kept until you delete it.`,
    stopped: (id: string) => `${id} was stopped. What has come is kept: go on, or delete it.`,
    origin: (address: string, commit: string) => `${address} at commit ${commit}`,
    interrupted: (here: number, total: number) =>
      `Interrupted: ${formatBytes(here)} of ${formatBytes(total)} are here. Go on, or delete them.`,
    goOn: 'Go on',
    goOnAbout: (id: string) => `Go on with the download of ${id}`,
    removeAbout: (id: string, bytes: number) => `Delete ${id}, which frees ${formatBytes(bytes)}`,
    checked: (files: number, bytes: number) =>
      `All ${files} files, ${formatBytes(bytes)}, are as they were downloaded.`,
    damaged: (files: readonly string[]) =>
      `Damaged: ${files.join(', ')}. Look it up above and download it: what is whole stays, and the rest comes again.`,
  },
  error: {
    hub: { kept: 'What has come is kept and listed.', todo: 'Go on with it, or delete it.' },
    hubGated: { kept: 'What has come is kept and listed.', todo: 'Look it up again, with a token.' },
    hubLook: { kept: 'Nothing was downloaded.' },
    files: { kept: 'All other models are listed, and what was downloaded was left as it is.' },
    site: { kept: 'Stored models are untouched.', todo: 'Check the connection and reload.' },
    store: { kept: 'What is stored was left as it is.', todo: 'Reload the page, outside private windows.' },
    import: {
      kept: 'Nothing was stored of it; everything else is as it was.',
      todo: 'Pick it again once that is corrected.',
    },
    merge: {
      kept: 'Nothing was stored of it; the model is as it was.',
      todo: 'Pick the adapter again once that is corrected.',
    },
    rename: { kept: 'It keeps the name that it had.' },
    branch: {
      kept: 'No run was started; the weights are as they were.',
      todo: 'Change the Lab’s settings, or choose another model.',
    },
    use: { kept: 'The Lab keeps the reward model that it has.' },
    download: { kept: 'What is stored is as it was.', todo: 'Check it, or go back to an earlier step.' },
    check: { kept: 'What is stored is as it was.' },
    restore: { kept: 'The run is where it was.' },
    remove: { kept: 'It is still here.' },
    undo: { kept: 'Nothing else was changed.', todo: 'Reload the page to see what is stored.' },
  },
});
