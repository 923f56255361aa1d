import { formatMetric } from "@covidxr/metrics";
import { Section } from "../components/section.js";
import { Thumbnail } from "../components/thumbnail.js";
import type { PageContent } from "../page-content.js";

/** A few images of each class, from the least to the most probable. */
export function ExamplesSection({ analysis, images }: PageContent) {
  return (
    <Section id="examples" title="Examples of each class">
      {images.examples.map(({ className, images: examples }) => (
        <div key={className}>
          <h3>{className}</h3>
          {examples.length === 0 && (
            <p class="note">No image of {analysis.headline.name} is of this class.</p>
          )}
          <ul class="examples">
            {examples.map(({ path, filename, finding, probability }) => (
              <li key={path}>
                <Thumbnail images={images} path={path} description={`Radiograph ${filename}, ${finding}`} />
                <span class="name">{filename}</span>
                <span class="note">
                  {finding}, probability {formatMetric(probability)}
                </span>
              </li>
            ))}
          </ul>
        </div>
      ))}
      <p class="note">
        From {analysis.headline.name}, spread from the lowest to the highest probability. The pictures are
        what the network was given: all of one size, so that their proportions are not those of the film.
      </p>
    </Section>
  );
}
