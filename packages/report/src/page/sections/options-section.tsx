import { formatDuration } from "@covidxr/core/internal";
import { bytesText, settingText } from "../../internal/format.js";
import type { RunRecord } from "../../run/run-record.js";
import { DataTable } from "../components/data-table.js";
import { Section } from "../components/section.js";
import type { PageContent } from "../page-content.js";

/** Every option of the run, and where and how it ran. */
export function OptionsSection({ analysis }: PageContent) {
  const { record } = analysis.run;
  return (
    <Section id="options" title="Options and environment">
      <h3>Where and how it ran</h3>
      <DataTable
        label="Environment"
        columns={["What", "Value"]}
        textColumns={[0, 1]}
        rows={environmentRows(record)}
      />
      <details>
        <summary>Every option</summary>
        <DataTable
          label="Options"
          columns={["Option", "Value"]}
          textColumns={[0, 1]}
          rows={settingRows({ program: record.program, ...record.settings, ...record.place })}
        />
      </details>
      {Object.keys(record.digests).length > 0 && (
        <details>
          <summary>Digests of inputs and weights (SHA-256)</summary>
          <DataTable
            label="Digests"
            columns={["Of", "SHA-256"]}
            textColumns={[0, 1]}
            rows={settingRows({ ...record.digests, ...record.resultDigests })}
          />
        </details>
      )}
    </Section>
  );
}

function environmentRows(record: RunRecord): [string, string][] {
  const { started, engine, training, model, decoder, seconds, peakMemoryBytes, machine, versions } = record;
  const rows: [string, string | undefined][] = [
    ["Started", started],
    ["Engine", engine],
    [
      "Model",
      model &&
        `${model.name}: ${model.parameters.toLocaleString("en")} parameters, ${model.trainable.toLocaleString("en")} trained`,
    ],
    [
      "Training",
      training &&
        `${training.epochs} epochs, weights of epoch ${training.weightsOfEpoch}${training.stoppedEarly ? ", stopped early" : ""}`,
    ],
    ["Image decoder", decoder && settingText(decoder)],
    ["Time", seconds?.total === undefined ? undefined : formatDuration(seconds.total)],
    ["Peak memory", peakMemoryBytes === undefined ? undefined : bytesText(peakMemoryBytes)],
    ["Machine", machine && settingText(machine)],
    ["Versions", versions && settingText(versions)],
  ];
  return rows.filter((row): row is [string, string] => row[1] !== undefined);
}

function settingRows(settings: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(settings).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, settingText(value)]],
  );
}
