/** Charts as files. What draws them is loaded when one is asked for. */
import { saveFile } from '../../../app/save-file.ts';
import type { ArmAnalysis } from '../../../experiment/analysis.ts';
import type { Curve } from '../../../experiment/curves.ts';
import type { Jaws } from '../../../rl/jaws.ts';
import { text } from '../text.ts';

export const PICTURES = ['svg', 'png'] as const;
export type PictureKind = (typeof PICTURES)[number];

/** What can be drawn. */
export type Drawable =
  | { readonly kind: 'curve'; readonly curve: Curve; readonly arms: readonly ArmAnalysis[] }
  | { readonly kind: 'jaws'; readonly title: string; readonly jaws: Jaws };

/** Pixels of a PNG for each of CSS. */
const SCALE = 2;

async function chartOf(drawn: Drawable) {
  if (drawn.kind === 'jaws') {
    const { jawsFigure } = await import('../../../experiment/report/jaws.ts');
    return jawsFigure(text.picture.jaws(drawn.title), drawn.jaws);
  }
  const { wholeChart } = await import('../../../experiment/report/training.ts');
  return wholeChart(drawn.curve, drawn.arms);
}

/** @throws Error where there is nothing to draw, or the browser draws no PNG */
export async function savePicture(
  name: string,
  drawn: Drawable,
  kind: PictureKind,
  theme: 'light' | 'dark',
): Promise<void> {
  const { figureSvg } = await import('../../../experiment/report/figure.ts');
  const svg = figureSvg(await chartOf(drawn), document, kind === 'svg' ? 'both' : theme);
  if (svg === null) throw new Error(text.picture.nothing);
  const vector = new Blob([svg], { type: 'image/svg+xml' });
  saveFile(`${name}.${kind}`, kind === 'svg' ? vector : await pngOf(vector));
}

async function pngOf(vector: Blob): Promise<Blob> {
  const url = URL.createObjectURL(vector);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = SCALE * image.naturalWidth;
    canvas.height = SCALE * image.naturalHeight;
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(text.picture.noPng))), 'image/png'),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Letters and digits of a title, for the name of a file. */
export const fileName = (...parts: readonly string[]): string =>
  parts
    .join(' ')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 80);
