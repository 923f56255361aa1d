import { limitsOf } from "../../content/limits.js";
import { Section } from "../components/section.js";
import type { PageContent } from "../page-content.js";

/** What the run cannot tell. */
export function LimitsSection({ analysis }: PageContent) {
  return (
    <Section id="limits" title="What this run cannot tell">
      <ul class="limits">
        {limitsOf(analysis).map(({ title, text }) => (
          <li key={title}>
            <strong>{title}</strong> {text}
          </li>
        ))}
      </ul>
      <p>
        <strong>This is research software, not a diagnostic device.</strong> Neither the network nor any
        figure here may be used to decide about a patient.
      </p>
    </Section>
  );
}
