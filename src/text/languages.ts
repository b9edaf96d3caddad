/** Every language that the page can speak, by its tag (BCP 47), as its speakers call it. English has every sentence. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;

export const isLanguage = (tag: string | null): tag is Language =>
  tag !== null && Object.hasOwn(LANGUAGES, tag);
