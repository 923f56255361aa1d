import { writePhantomStudy } from "@covidxr/phantom";

// Run by tests as a program of its own: drawing is a hundred times slower inside the test runner's context.
await writePhantomStudy(process.argv[2]!, {
  seed: 3,
  widths: { minimum: 122, maximum: 160 },
  counts: {
    covid: 20,
    otherPneumonia: 4,
    noFinding: 1,
    otherRadiographs: 2,
    listedOnly: 2,
    repeatedNormals: 1,
  },
});
