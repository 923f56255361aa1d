/** Images of the small models of these tests, and what their frozen layer makes of them. */
export const IMAGE_SHAPE = [8, 6, 3] as const;
export const FEATURE_SHAPE = [8, 6, 4] as const;
