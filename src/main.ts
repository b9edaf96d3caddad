/** The entry. What can fail comes later, so that a start that fails always says so. */
import './styles/index.css';
import { remembered } from './remembered.ts';
import { isLanguage, type Language } from './text/languages.ts';
import { speak } from './text/spoken.ts';
import { notStarted } from './text/start.ts';

const TRANSLATIONS: Readonly<
  Record<Exclude<Language, 'en'>, () => Promise<{ default: Record<string, unknown> }>>
> = {
  de: () => import('./languages/de/index.ts'),
};

/** Before anything that speaks is loaded. A translation that is not there leaves the page in English. */
async function chooseLanguage(): Promise<void> {
  const language = remembered('language');
  if (!isLanguage(language) || language === 'en') return;
  try {
    speak((await TRANSLATIONS[language]()).default);
    document.documentElement.lang = language;
  } catch {
    // English needs nothing.
  }
}

/**
 * Some browsers name a language that is none, such as "C" where the system has no locale; libraries that ask for its
 * number format when they are loaded would end the page.
 */
function ensureLanguage(): void {
  try {
    Intl.NumberFormat.supportedLocalesOf(navigator.language);
  } catch {
    Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
  }
}

/** Without any library: one of them may be what is missing. */
function sayWhy(root: HTMLElement, error: unknown): void {
  const alert = document.createElement('div');
  alert.setAttribute('role', 'alert');
  for (const [tag, words] of [
    ['h1', notStarted.what],
    ['p', notStarted.todo],
    ['pre', String(error)],
  ] as const) {
    alert.appendChild(document.createElement(tag)).textContent = words;
  }
  const main = document.createElement('main');
  main.className = 'fatal card';
  main.append(alert);
  root.replaceChildren(main);
}

const root = document.getElementById('app');
if (root) {
  ensureLanguage();
  chooseLanguage()
    .then(() => import('./start.tsx'))
    .then(({ start }) => start(root))
    .catch((error: unknown) => sayWhy(root, error));
}
