/** What stands around every screen. */
export const app = {
  name: 'Posterior',
  tagline: 'A small language model learns to reason, here in your browser.',
  title: (screen: string) => `${screen} – Posterior`,
  skip: 'Skip to the content',
  screens: 'Screens',
  opening: (screen: string) => `Opening: ${screen}`,
  failed: {
    what: (screen: string) => `This screen could not be loaded: ${screen}.`,
    kept: 'A run in progress continues.',
    todo: 'Check the connection and try again.',
    again: 'Try again',
  },
  source: 'Everything runs on this machine. Nothing is uploaded.',
  storageLabel: 'Storage in use',
  storage: (used: string, of: string) => `${used} of ${of} stored here`,
  method: 'Method: Posterior-GRPO, arXiv 2508.05170',
  languageAbout: 'Reloads the page. A run in progress is kept and can be continued.',
  /** What the page says of a translation that is not whole; in English there is nothing to say. */
  partly: '',
} as const;

export const demo = {
  noModel: 'Demonstration data has no model behind it, so there is nothing to train.',
  badge: 'Demonstration data',
  about:
    'These numbers are simulated to show the page. They do not come from training; remove ?demo from the address to train.',
} as const;

export const theme = { label: 'Theme', system: 'System', light: 'Light', dark: 'Dark' } as const;

export const command = {
  show: (screen: string) => `Go to ${screen}`,
  palette: 'Find a command',
  share: 'Share a link',
  large: 'Large type, on or off',
  help: 'Keyboard help',
} as const;

export const palette = {
  title: 'Commands',
  label: 'What do you want to do?',
  none: 'No command matches these words.',
} as const;

export const share = {
  title: 'Share what you see',
  about:
    'The link holds the screen, what is selected on it, and every setting with the seed. It holds no weights, no stored runs and no files.',
  ownTasks:
    'These tasks are a file of yours: whoever opens the link needs the same file. A link from the screen Tasks can bring a small set along.',
  link: 'Link',
  frame: 'HTML for another page',
  hide: 'Leave out',
  parts: { navigation: 'Other screens', tools: 'Device and theme' } as Record<string, string>,
  large: 'Large type',
  embed: 'Only this view, inside another page',
  copy: 'Copy',
  copied: 'Copied.',
  notCopied: 'The browser did not allow that: select the text and copy it.',
  close: 'Close',
  partial: 'The link that you followed leaves parts of this page out.',
  whole: 'Show everything',
  open: 'Open in Posterior',
} as const;

export const help = {
  title: 'Keyboard',
  close: 'Close',
  note: 'Keys work anywhere except while typing in a field. In a chart, the arrow keys move along the steps.',
  key: 'Key',
  does: 'What it does',
} as const;

/** Of the worker that keeps the page. */
export const offline = {
  newer: {
    what: 'There is a newer version of this page.',
    kept: 'This one keeps working, and so does its run.',
    todo: 'Close every tab with this page, and open it again.',
  },
  isolated: {
    what: 'This page is now kept here: it opens without a network, too.',
    kept: 'Your settings and runs.',
    todo: 'Reload it before you train: it can then use every core of this machine.',
  },
} as const;

export const deleted = {
  what: (name: string) => `“${name}” was deleted.`,
  about: 'It is gone for good in 20 seconds, or when the page is left.',
  undo: 'Undo',
  undoOf: (name: string) => `Undo: ${name}`,
} as const;

export const editor = {
  failed: 'The editor could not be loaded, so this is a plain field. Reload the page to try again.',
} as const;

export const notice = {
  kept: 'Kept:',
  todo: 'To do:',
  dismiss: 'Dismiss',
  hashVersion: 'The link was made by another version of this page, so its settings were not used.',
  hashKey: (keys: string) => `The link holds settings that this page does not know or cannot use: ${keys}.`,
  hashKept: 'The other settings were applied.',
  hashTodo: 'Check the settings before you run.',
} as const;
