// Before all tests: the demonstration hub on a free port, with a state of its own; afterwards it is stopped.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '..', '..');
const START_MS = 150_000;
const PASSWORD = 'only for browser tests';

/**
 * Starts the hub, unless APEX_WS_URL and APEX_WS_DEMO_PASSWORD name one that runs already.
 * The workers are started afterwards and read both from the environment.
 */
export default async function startHub(): Promise<() => Promise<void>> {
  if (process.env.APEX_WS_URL) {
    return () => Promise.resolve();
  }
  const home = mkdtempSync(path.join(tmpdir(), 'apex-ws-browser-'));
  const port = await freePort();
  const hub = spawn(
    path.join(ROOT, '.venv', 'bin', 'python'),
    [path.join(ROOT, 'scripts', 'run.py')],
    {
      cwd: ROOT,
      env: {
        ...process.env,
        PORT: String(port),
        APEX_WS_HOME: home,
        APEX_WS_DEMO_PASSWORD: PASSWORD
      },
      stdio: ['ignore', 'pipe', 'inherit']
    }
  );
  process.env.APEX_WS_URL = `http://127.0.0.1:${port}`;
  process.env.APEX_WS_DEMO_PASSWORD = PASSWORD;
  const stop = async () => {
    if (hub.exitCode === null && hub.signalCode === null) {
      hub.kill('SIGTERM');
      await once(hub, 'exit');
    }
    keepLogs(home);
    rmSync(home, { recursive: true, force: true });
  };
  try {
    await greeted(hub);
  } catch (reason) {
    await stop();
    throw reason;
  }
  return stop;
}

/** The hub greets when it and its service answer. */
function greeted(hub: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(
      () => reject(new Error(`The hub did not come up. It said:\n${said}`)),
      START_MS
    );
    const settle = (act: () => void) => {
      clearTimeout(timer);
      act();
    };
    hub.once('exit', code =>
      settle(() => reject(new Error(`The hub ended with ${code}:\n${said}`)))
    );
    hub.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('Password')) {
        settle(resolve);
      }
    });
  });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** What hub, service and servers wrote, for who looks into a failure. */
function keepLogs(home: string): void {
  const kept = path.join(__dirname, '..', 'test-results', 'logs');
  cpSync(path.join(home, 'logs'), kept, { recursive: true, force: true });
}
