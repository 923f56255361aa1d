import type { Derivatives } from "@covidxr/dataset/internal";

/** Whether altered copies of an image may be passed on, in words. */
export const DERIVATIVES_TEXT: Readonly<Record<Derivatives, string>> = {
  allowed: "yes, under its terms",
  forbidden: "no",
  unknown: "unknown",
};
