// Reading and writing CSV.

// parseCsv reads lines of fields, separated by commas or, as spreadsheets of many countries write it, by semicolons. Fields may
// be quoted; a line's number is its place in the file, counted from one.
export function parseCsv(text: string): { line: number; fields: string[] }[] {
  const rows: { line: number; fields: string[] }[] = [];
  let fields: string[] = [];
  let field = "";
  let quoted = false;
  let line = 1;
  let began = 1;
  const end = () => {
    rows.push({ line: began, fields: [...fields, field.trim()] });
    fields = [];
    field = "";
  };
  const source = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  for (let i = 0; i < source.length; i++) {
    const c = source[i];
    if (c === "\n") line++;
    if (quoted) {
      if (c !== '"') field += c;
      else if (source[i + 1] === '"') field += source[++i];
      else quoted = false;
    } else if (c === '"' && !field.trim()) {
      quoted = true;
      field = "";
    } else if (c === "," || c === ";") {
      fields.push(field.trim());
      field = "";
    } else if (c === "\n") {
      end();
      began = line;
    } else {
      field += c;
    }
  }
  if (field || fields.length) end();
  return rows.filter((row) => row.fields.some(Boolean));
}

// toCsv writes rows so that no spreadsheet takes what others wrote for a formula.
export function toCsv(rows: string[][]): string {
  const cell = (text: string) => {
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",;\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return rows.map((row) => row.map(cell).join(",") + "\r\n").join("");
}

// download hands the reader a file.
export function download(name: string, type: string, content: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
