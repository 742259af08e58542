import type { IUnsaved } from './formats';

/** Lab's file browser sends a large file in pieces of the contents API; the service takes it as one. */
export class Uploads {
  /** The whole file once the last piece (number -1) is there. */
  add(path: string, chunk: number, piece: IUnsaved): Blob | null {
    const before = chunk === 1 ? [] : (this.pieces.get(path) ?? []);
    const pieces = [...before, bytesOf(piece)];
    if (chunk !== -1) {
      this.pieces.set(path, pieces);
      return null;
    }
    this.pieces.delete(path);
    return new Blob(pieces);
  }

  private readonly pieces = new Map<string, Blob[]>();
}

function bytesOf(piece: IUnsaved): Blob {
  const content = typeof piece.content === 'string' ? piece.content : '';
  return new Blob([
    piece.format === 'base64'
      ? Uint8Array.from(atob(content), char => char.charCodeAt(0))
      : content
  ]);
}
