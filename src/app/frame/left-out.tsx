import { text } from '../../text/index.ts';
import { PLAIN } from '../appearance.ts';
import { usePage } from '../page.ts';
import { look, ui } from '../ui-state.ts';
import { writeHash } from '../url.ts';

/** The way from a part of the page to the whole of it. */
export function LeftOut() {
  const { slice, screens } = usePage();
  const { place } = ui.value;
  const { hide, embed } = place.as;
  if (embed) {
    return (
      <p>
        <a
          href={writeHash(slice('settings'), { ...place, as: PLAIN }, screens)}
          target="_blank"
          rel="noopener"
        >
          {text.share.open}
        </a>
      </p>
    );
  }
  if (hide.length === 0) return null;
  const whole = (): void => look({ place: { ...place, as: { ...place.as, hide: [] } } });
  return (
    <p>
      {text.share.partial}{' '}
      <button type="button" class="link" onClick={whole}>
        {text.share.whole}
      </button>
    </p>
  );
}
