import { signal } from '@preact/signals';
import type { HLJSApi, LanguageFn } from 'highlight.js';
import type { Language } from '../sandbox/types.ts';

/** Longer sources show plain: colouring them at every key would be felt. */
const MAX_CHARS = 40_000;

const grammars: Readonly<Record<Language, () => Promise<{ readonly default: LanguageFn }>>> = {
  python: () => import('highlight.js/lib/languages/python'),
  javascript: () => import('highlight.js/lib/languages/javascript'),
};

/** The highlighter for each language whose grammar is here; until then its programs show plain. */
const engines = signal<Readonly<Partial<Record<Language, HLJSApi>>>>({});
const asked = new Set<Language>();

async function load(language: Language): Promise<void> {
  const [{ default: core }, { default: grammar }] = await Promise.all([
    import('highlight.js/lib/core'),
    grammars[language](),
  ]);
  core.registerLanguage(language, grammar);
  engines.value = { ...engines.value, [language]: core };
}

/** Source as HTML with `hljs-*` spans, everything else escaped; `null` while the highlighter loads. */
export function highlight(source: string, language: Language): string | null {
  if (!asked.has(language)) {
    asked.add(language);
    load(language).catch((error: unknown) => console.warn('Programs are shown without colour:', error));
  }
  if (source.length > MAX_CHARS) return null;
  return engines.value[language]?.highlight(source, { language, ignoreIllegals: true }).value ?? null;
}
