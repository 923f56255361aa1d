import type { ImageFacts } from "./audited-row.js";

/** What holds for all images of a source, by its name (`source` of a `CohortRow`). */
export type SourceFacts = Readonly<Record<string, Partial<ImageFacts>>>;

/**
 * What the study's second source publishes of its images, all alike: chest-xray-pneumonia holds anteroposterior films of
 * children of one to five years from the Guangzhou Women and Children's Medical Center (Kermany et al., "Identifying
 * medical diagnoses and treatable diseases by image-based deep learning", Cell 172:1122–1131, 2018). It publishes no
 * single ages, sexes or dates.
 */
export const STUDY_SOURCE_FACTS: SourceFacts = {
  "chest-xray-pneumonia": {
    modality: "X-ray",
    view: "AP",
    ageRange: [1, 5],
    location: "Guangzhou Women and Children's Medical Center, Guangzhou, China",
  },
};
