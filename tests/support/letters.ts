/** A vocabulary in which every character is a token. */
export const letters = {
  opening: '',
  encode: (text: string) => [...text].map((char) => char.codePointAt(0)!),
  decode: (ids: readonly number[]) => String.fromCodePoint(...ids),
  padId: 0,
  endId: 1,
  vocabSize: 0x110000,
  tokenAt: (id: number) => String.fromCodePoint(id),
  isSpecial: () => false,
};
