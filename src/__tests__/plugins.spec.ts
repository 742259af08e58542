import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { CommandIds } from '../commandIds';
import plugins from '../index';

const SCHEMAS = join(__dirname, '..', '..', 'schema');

/** Every command of ours that a schema speaks of: in menus, toolbars, shortcuts. */
function commandsOf(value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.flatMap(commandsOf);
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, each]) =>
    key === 'command' && typeof each === 'string' && each.startsWith('apex-ws:')
      ? [each]
      : commandsOf(each)
  );
}

const files = existsSync(SCHEMAS)
  ? readdirSync(SCHEMAS).filter(name => name.endsWith('.json'))
  : [];

describe('Plugins', () => {
  it('have names of this extension, each once', () => {
    const ids = plugins.map(plugin => plugin.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) {
      expect(id).toMatch(/^jupyter-apex-ws:[a-z][a-z-]*$/);
    }
  });

  it.each(plugins.map(plugin => [plugin.id, plugin.description ?? '']))(
    '%s says what it does',
    (_, description) => {
      expect(description).toMatch(/^[A-Z].{10,}\.$/);
    }
  );
});

describe('Schemas', () => {
  it('are there', () => {
    expect(files.length).toBeGreaterThan(0);
  });

  it.each(files)('%s belongs to a plugin', file => {
    const ids = plugins.map(plugin => plugin.id);
    expect(ids).toContain(`jupyter-apex-ws:${file.replace('.json', '')}`);
  });

  it.each(files)('%s names only commands that exist', file => {
    const schema: unknown = JSON.parse(
      readFileSync(join(SCHEMAS, file), 'utf-8')
    );
    const known: readonly string[] = Object.values(CommandIds);
    for (const command of commandsOf(schema)) {
      expect(known).toContain(command);
    }
  });
});

describe('Commands', () => {
  it('are named by the extension, a verb and a noun, each once', () => {
    const ids = Object.values(CommandIds);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) {
      expect(id).toMatch(/^apex-ws:[a-z]+(-[a-z]+)+$/);
    }
  });
});
