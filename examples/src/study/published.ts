/** Digest of the study's own `chestxrays.csv`: with it, and nothing drawn anew, a run is the published study. */
const STUDY_LIST_SHA256 = "d8b1cd584ada823e5438184089b45da5654992089dde5e994dbefb18fa166487";

/** Names of the study's classes by index. */
export const CLASSES = ["not COVID-19", "COVID-19"] as const;

/**
 * What the study published for its `predict` images, as `run.json` keeps it; `[[TN, FP], [FN, TP]]`. Its README and
 * its notebook show two runs.
 */
export const PUBLISHED_FIGURES = {
  source: "the study's README",
  images: 31,
  threshold: 0.7,
  confusionMatrix: [
    [14, 1],
    [1, 15],
  ],
  other: [
    {
      source: "the study's notebook",
      confusionMatrix: [
        [12, 3],
        [1, 15],
      ],
    },
  ],
} as const;

export function isPublishedStudy(listDigest: string | undefined): boolean {
  return listDigest === STUDY_LIST_SHA256;
}
