import { localContrast } from "./local-contrast.js";
import { mirror } from "./resample.js";

/** Half side of the square whose mean and spread are taken away, in pixels of the thumbnail: ribs stay, lungs go. */
const CONTRAST_RADIUS = 4;
/** Spread, in grey levels, that counts as none. */
const CONTRAST_FLOOR = 4;
/** Contrasts kept: 164 MB. */
const MOST_KEPT = 10_000;

/** The local contrast in which pictures are laid over each other; {@link localContrast} of a small square. */
export function comparedContrast(picture: ArrayLike<number>): Float32Array {
  return localContrast(picture, CONTRAST_RADIUS, CONTRAST_FLOOR);
}

/** Pictures with their contrasts, which are kept: a picture is laid over about a dozen others. */
export class ComparedImages {
  readonly #thumbnails: readonly Uint8Array[];
  readonly #mostKept: number;
  /** By twice the picture's position, and one more for its mirror image; the oldest first. */
  readonly #contrasts = new Map<number, Float32Array>();

  /** @param mostKept How many contrasts are kept at a time. */
  constructor(thumbnails: readonly Uint8Array[], mostKept: number = MOST_KEPT) {
    this.#thumbnails = thumbnails;
    this.#mostKept = mostKept;
  }

  /** The picture, or its mirror image. */
  thumbnail(position: number, mirrored: boolean): Uint8Array {
    const thumbnail = this.#thumbnails[position]!;
    return mirrored ? mirror(thumbnail) : thumbnail;
  }

  /** {@link comparedContrast} of the picture, or of its mirror image. */
  contrast(position: number, mirrored: boolean): Float32Array {
    const key = 2 * position + (mirrored ? 1 : 0);
    const kept = this.#contrasts.get(key);
    if (kept !== undefined) return kept;
    const contrast = comparedContrast(this.thumbnail(position, mirrored));
    for (const oldest of this.#contrasts.keys()) {
      if (this.#contrasts.size < this.#mostKept) break;
      this.#contrasts.delete(oldest);
    }
    this.#contrasts.set(key, contrast);
    return contrast;
  }
}
