/** A small copy of a radiograph, or a word in its place where the run left none. */
export function Thumbnail({
  source,
  description,
}: {
  /** `data:` address. */
  readonly source: string | undefined;
  readonly description: string;
}) {
  if (source === undefined) return <span class="no-image">no picture</span>;
  return <img class="thumbnail" src={source} alt={description} />;
}
