import { signal } from '@preact/signals';
import type { HLJSApi } from 'highlight.js';

/** Loaded when the first program is opened; until then programs show plain. */
const engine = signal<HLJSApi | null>(null);
let asked = false;

async function load(): Promise<void> {
  const [{ default: core }, { default: python }] = await Promise.all([
    import('highlight.js/lib/core'),
    import('highlight.js/lib/languages/python'),
  ]);
  core.registerLanguage('python', python);
  engine.value = core;
}

/** Python as HTML with `hljs-*` spans, everything else escaped; `null` while the highlighter loads. */
export function highlightPython(source: string): string | null {
  if (!asked) {
    asked = true;
    void load();
  }
  return engine.value?.highlight(source, { language: 'python', ignoreIllegals: true }).value ?? null;
}
