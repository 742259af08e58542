import { defineConfig } from '@playwright/test';
import path from 'node:path';

const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync'
];

const results = path.join(__dirname, 'test-results');

export default defineConfig({
  testDir: path.join(__dirname, 'tests'),
  outputDir: results,
  globalSetup: path.join(__dirname, 'support', 'hub.ts'),
  // All tests share one hub, its people and their files.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  timeout: 120_000,
  globalTimeout: 600_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    actionTimeout: 15_000,
    navigationTimeout: 60_000,
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'Europe/Vienna',
    permissions: ['clipboard-read', 'clipboard-write'],
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.APEX_WS_CHROMIUM ?? '/usr/bin/chromium',
      args: CHROMIUM_ARGS
    }
  }
});
