/** The entry. What can fail comes later, so that a start that fails always says so. */
import './styles/index.css';
import { notStarted } from './text/start.ts';

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
  import('./start.tsx').then(({ start }) => start(root)).catch((error: unknown) => sayWhy(root, error));
}
