/** Tasks that a link brought, while it is open whether they are kept. */
import { text } from '../text.ts';
import { countOf, type Enclosed, EnclosedError, readEnclosed } from './enclosed.ts';

export type LinkOffer = Enclosed & { readonly count: number };

interface LinkOfferOptions {
  /** Where what was brought is shown. */
  readonly read: () => LinkOffer | null;
  readonly write: (offer: LinkOffer | null) => void;
  /** Hears that nothing more is to be done with it. */
  readonly answered: () => void;
  readonly say: (kind: 'error', what: string, how: { readonly kept: string; readonly todo: string }) => void;
}

export function createLinkOffer({ read, write, answered, say }: LinkOfferOptions) {
  /** What the link brought last: what it brought before is not waited for any more. */
  let received = '';
  const leave = (): void => {
    received = '';
    write(null);
    answered();
  };
  const receive = async (written: string): Promise<void> => {
    received = written;
    if (written === '') {
      if (read() !== null) write(null);
      return;
    }
    try {
      const brought = await readEnclosed(written);
      if (received === written) write({ ...brought, count: countOf(brought) });
    } catch (error) {
      if (received !== written) return;
      const { kept, todo } = text.link;
      const reason = error instanceof EnclosedError ? error.reason : 'damaged';
      say('error', text.link[reason], { kept, todo: todo[reason] });
      leave();
    }
  };
  return { receive, leave };
}
