// Notebooks between their text on disk and what Lab works with, as nbformat (`reads`, `writes`) does it in
// Jupyter's own contents manager, which these bytes do not pass.
import type { PartialJSONObject, PartialJSONValue } from '@lumino/coreutils';

// What Python's `str.splitlines` ends a line at.
const LINE =
  /[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])|.+$/gs;

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
  const metadata = without(objectOr(notebook.metadata), [
    'orig_nbformat',
    'orig_nbformat_minor',
    'signature'
  ]);
  const written = {
    ...notebook,
    metadata,
    cells: notebook.cells.map(writeCell)
  };
  return JSON.stringify(sorted(written), null, 1) + '\n';
}

function readCell(cell: PartialJSONValue | undefined): PartialJSONValue {
  return mapCell(cell, READ);
}

function writeCell(cell: PartialJSONValue | undefined): PartialJSONValue {
  return mapCell(cell, WRITE);
}

type LineMap = (lines: PartialJSONValue | undefined) => PartialJSONValue;

/** How the lines of a source, and of the values of a bundle of media types, are mapped. */
interface ILineMaps {
  readonly text: LineMap;
  readonly ofType: (type: string) => LineMap;
}

const READ: ILineMaps = {
  text: join,
  // The values of JSON types are values, not lines.
  ofType: type => (/^application\/(.*\+)?json$/.test(type) ? asIs : join)
};

const WRITE: ILineMaps = {
  text: split,
  ofType: type =>
    /^text\/|^application\/javascript$|^image\/svg\+xml$/.test(type)
      ? split
      : asIs
};

function mapCell(
  cell: PartialJSONValue | undefined,
  lines: ILineMaps
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
    mapped.source = lines.text(cell.source);
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
  return without(objectOr(given), ['trusted']);
}

function mapOutput(
  output: PartialJSONValue | undefined,
  lines: ILineMaps
): PartialJSONValue {
  if (!isObject(output)) {
    return output ?? null;
  }
  if (isObject(output.data)) {
    return { ...output, data: mapBundle(output.data, lines) };
  }
  return output.text === undefined
    ? output
    : { ...output, text: lines.text(output.text) };
}

function mapBundle(
  bundle: PartialJSONValue | undefined,
  lines: ILineMaps
): PartialJSONValue {
  return isObject(bundle)
    ? mapValues(bundle, (value, type) => lines.ofType(type)(value))
    : (bundle ?? null);
}

function asIs(value: PartialJSONValue | undefined): PartialJSONValue {
  return value ?? null;
}

function join(lines: PartialJSONValue | undefined): PartialJSONValue {
  return Array.isArray(lines) && lines.every(l => typeof l === 'string')
    ? lines.join('')
    : (lines ?? null);
}

function split(lines: PartialJSONValue | undefined): PartialJSONValue {
  return typeof lines === 'string'
    ? (lines.match(LINE) ?? [])
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

function without(
  object: PartialJSONObject,
  keys: readonly string[]
): PartialJSONObject {
  return Object.fromEntries(
    Object.entries(object).filter(([key]) => !keys.includes(key))
  );
}

function objectOr(value: PartialJSONValue | undefined): PartialJSONObject {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is PartialJSONObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
