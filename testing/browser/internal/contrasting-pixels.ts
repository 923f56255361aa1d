import type { Page } from "playwright-core";

/**
 * The number of pixels whose colours in two PNG images of one size have a contrast of `ratio` or more to each other,
 * by the definition of WCAG 2 (relative luminance of sRGB). `blank` is any page; it decodes the images.
 */
export async function contrastingPixels(
  blank: Page,
  first: Buffer,
  second: Buffer,
  ratio: number,
): Promise<number> {
  return blank.evaluate(
    async ({ images, ratio }) => {
      const linear = Array.from({ length: 256 }, (_, value) => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      const luminances = async (base64: string) => {
        const image = new Image();
        image.src = `data:image/png;base64,${base64}`;
        await image.decode();
        const canvas = new OffscreenCanvas(image.width, image.height);
        const drawing = canvas.getContext("2d")!;
        drawing.drawImage(image, 0, 0);
        const { data } = drawing.getImageData(0, 0, image.width, image.height);
        const luminance = new Float64Array(data.length / 4);
        for (let i = 0; i < luminance.length; i++) {
          const [red, green, blue] = [data[4 * i]!, data[4 * i + 1]!, data[4 * i + 2]!];
          luminance[i] = 0.2126 * linear[red]! + 0.7152 * linear[green]! + 0.0722 * linear[blue]!;
        }
        return luminance;
      };
      const [a, b] = [await luminances(images[0]!), await luminances(images[1]!)];
      let count = 0;
      for (let i = 0; i < a.length; i++) {
        const [dark, light] = a[i]! < b[i]! ? [a[i]!, b[i]!] : [b[i]!, a[i]!];
        if ((light + 0.05) / (dark + 0.05) >= ratio) count++;
      }
      return count;
    },
    { images: [first.toString("base64"), second.toString("base64")], ratio },
  );
}
