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
  work: {
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
    local: 'It stays on this machine.',
  },
  error: {
    site: { kept: 'Stored models are untouched.', todo: 'Check the connection and reload.' },
    store: { kept: 'What is stored was left as it is.', todo: 'Reload the page, outside private windows.' },
    import: {
      kept: 'Nothing was stored of it; everything else is as it was.',
      todo: 'Pick it again once that is corrected.',
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
