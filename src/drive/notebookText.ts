// Notebooks between their text on disk and what Lab works with, as nbformat (`reads`, `writes`) does it in
// Jupyter's own contents manager, which these bytes do not pass.
import type { PartialJSONObject, PartialJSONValue } from '@lumino/coreutils';

/** A notebook's text that cannot be read as one. */
export class NotANotebook extends Error {}

/** The notebook in the text, its lines joined and its cells untrusted: who wrote it is somebody else. */
export function readNotebook(text: string): PartialJSONObject {
  let notebook: unknown;
  try {
    notebook = JSON.parse(text);
  } catch {
    throw new NotANotebook('not JSON');
  }
  if (!isObject(notebook) || !Array.isArray(notebook.cells)) {
    throw new NotANotebook('no cells');
  }
  if (notebook.nbformat !== 4) {
    throw new NotANotebook('another format');
  }
  return { ...notebook, cells: notebook.cells.map(readCell) };
}

/** The text that Jupyter would write: lines split, keys sorted, without what is only of a session. */
export function writeNotebook(notebook: unknown): string {
  if (!isObject(notebook) || !Array.isArray(notebook.cells)) {
    throw new NotANotebook('no cells');
  }
  const { orig_nbformat, signature, ...metadata } = objectOr(notebook.metadata);
  void orig_nbformat;
  void signature;
  const written = {
    ...notebook,
    metadata,
    cells: notebook.cells.map(writeCell)
  };
  return JSON.stringify(sorted(written), null, 1) + '\n';
}

function readCell(cell: PartialJSONValue | undefined): PartialJSONValue {
  return mapCell(cell, join);
}

function writeCell(cell: PartialJSONValue | undefined): PartialJSONValue {
  return mapCell(cell, split);
}

type LineMap = (lines: PartialJSONValue | undefined) => PartialJSONValue;

function mapCell(
  cell: PartialJSONValue | undefined,
  lines: LineMap
): PartialJSONValue {
  if (!isObject(cell)) {
    return cell ?? null;
  }
  const mapped: PartialJSONObject = {
    ...cell,
    // Trust is given by the person who looks, on the machine where he looks; in a file it is a claim of its writer.
    metadata: untrusted(cell.metadata)
  };
  if (cell.source !== undefined) {
    mapped.source = lines(cell.source);
  }
  if (isObject(cell.attachments)) {
    mapped.attachments = mapValues(cell.attachments, bundle =>
      mapBundle(bundle, lines)
    );
  }
  if (Array.isArray(cell.outputs)) {
    mapped.outputs = cell.outputs.map(output => mapOutput(output, lines));
  }
  return mapped;
}

function untrusted(given: PartialJSONValue | undefined): PartialJSONObject {
  const { trusted, ...metadata } = objectOr(given);
  void trusted;
  return metadata;
}

function mapOutput(
  output: PartialJSONValue | undefined,
  lines: LineMap
): PartialJSONValue {
  if (!isObject(output)) {
    return output ?? null;
  }
  if (isObject(output.data)) {
    return { ...output, data: mapBundle(output.data, lines) };
  }
  return output.text === undefined
    ? output
    : { ...output, text: lines(output.text) };
}

/** The values of JSON types are values, not lines. */
function mapBundle(
  bundle: PartialJSONValue | undefined,
  lines: LineMap
): PartialJSONValue {
  return isObject(bundle)
    ? mapValues(bundle, (value, type) =>
        /^application\/(.*\+)?json$/.test(type) ? (value ?? null) : lines(value)
      )
    : (bundle ?? null);
}

function join(lines: PartialJSONValue | undefined): PartialJSONValue {
  return Array.isArray(lines) && lines.every(l => typeof l === 'string')
    ? lines.join('')
    : (lines ?? null);
}

function split(lines: PartialJSONValue | undefined): PartialJSONValue {
  return typeof lines === 'string'
    ? (lines.match(/[^\n]*\n|[^\n]+/g) ?? [])
    : (lines ?? null);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (!isObject(value)) {
    return value;
  }
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}

function mapValues(
  object: PartialJSONObject,
  map: (value: PartialJSONValue | undefined, key: string) => PartialJSONValue
): PartialJSONObject {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key, map(value, key)])
  );
}

function objectOr(value: PartialJSONValue | undefined): PartialJSONObject {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is PartialJSONObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
