/** A reason not to take a figure at its word. */
export interface Limit {
  readonly title: string;
  readonly text: string;
}
