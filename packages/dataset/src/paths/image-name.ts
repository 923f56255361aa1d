const IMAGE_NAME = /^[^.].*\.(jpe?g|png)$/i;

/** Whether a file's name is that of an image: `.jpg`, `.jpeg` or `.png` in any case, not hidden. */
export function isImageName(name: string): boolean {
  return IMAGE_NAME.test(name);
}
