import { InvalidArgumentError } from "@covidxr/core";

/** The name of a dataset, which must not be blank: it stands in every row and before every patient. */
export function requireSource(source: string): string {
  if (typeof source === "string" && source.trim() !== "") return source;
  throw new InvalidArgumentError({
    parameter: "source",
    value: source,
    message: `expected the name of a dataset, got ${JSON.stringify(source)}; name it`,
  });
}
