import Alert from "@cloudscape-design/components/alert";
import Container from "@cloudscape-design/components/container";
import FileUpload from "@cloudscape-design/components/file-upload";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { texts } from "../../texts/accounts.ts";
import { type Known, readAccounts, type RowError, type Staged } from "./staging.ts";

const largest = 2 << 20;
const most = 20;

interface Read {
  file: string;
  good: number;
  errors: RowError[];
  header: boolean;
}

export function UploadAccounts({ known, onAdd }: { known: Known; onAdd: (rows: Staged[]) => void }) {
  const [files, setFiles] = useState<File[]>([]);
  const [read, setRead] = useState<Read>();
  const [problem, setProblem] = useState("");

  const choose = async (chosen: File[]) => {
    setFiles(chosen);
    setRead(undefined);
    setProblem("");
    const file = chosen[0];
    if (!file) return;
    if (file.size > largest) return setProblem(texts.bigFile);
    const { rows, errors, header } = readAccounts(await file.text(), known);
    if (!rows.length && !errors.length) return setProblem(texts.emptyFile);
    setRead({ file: file.name, good: rows.length, errors, header });
    if (rows.length) onAdd(rows);
  };
  return (
    <Container header={<Header variant="h2">{texts.upload}</Header>}>
      <SpaceBetween size="m">
        <FormField description={texts.uploadHint} errorText={problem}>
          <FileUpload
            value={files}
            accept=".csv,text/csv,text/plain"
            showFileSize
            onChange={({ detail }) => void choose(detail.value)}
            i18nStrings={{
              uploadButtonText: () => texts.chooseFile,
              dropzoneText: () => texts.dropFile,
              removeFileAriaLabel: (_, name) => texts.removeFile(name),
            }}
          />
        </FormField>
        {read && read.good > 0 && (
          <Alert type="success">
            {texts.uploaded(read.good, read.file)} {!read.header && texts.headerless}
          </Alert>
        )}
        {read && read.errors.length > 0 && (
          <Alert type="error" header={texts.badLines(read.errors.length)}>
            <ul>
              {read.errors.slice(0, most).map((e) => (
                <li key={e.line}>{texts.badLine(e.line, e.text)}</li>
              ))}
              {read.errors.length > most && <li>{texts.showMore(read.errors.length - most)}</li>}
            </ul>
          </Alert>
        )}
      </SpaceBetween>
    </Container>
  );
}
