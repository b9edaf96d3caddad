import { remember } from '../../remembered.ts';
import { text } from '../../text/index.ts';
import { isLanguage, LANGUAGES, type Language } from '../../text/languages.ts';

const TAGS = Object.keys(LANGUAGES) as Language[];

/** The other languages of the page. Sentences are chosen before it is drawn, so another one begins with a new page. */
export function LanguageChoice() {
  // The one that was chosen may not have been there.
  const { lang } = document.documentElement;
  const spoken = isLanguage(lang) ? lang : 'en';
  const speak = (tag: Language): void => {
    remember('language', tag);
    location.reload();
  };
  return (
    <p>
      {text.app.partly}{' '}
      {TAGS.filter((tag) => tag !== spoken).map((tag) => (
        <button
          key={tag}
          type="button"
          class="link"
          lang={tag}
          title={text.app.languageAbout}
          onClick={() => speak(tag)}
        >
          {LANGUAGES[tag]}
        </button>
      ))}
    </p>
  );
}
