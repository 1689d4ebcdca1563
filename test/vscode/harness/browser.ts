import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';

/** Where distributions put Chromium or Chrome. */
const installedBrowsers = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
];

const commonArguments = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  // Nothing of the browser's own leaves the machine, beside what Playwright turns off.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-breakpad',
  '--disable-crash-reporter',
  '--disable-sync',
  '--metrics-recording-only',
  '--no-pings',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--force-color-profile=srgb',
  '--font-render-hinting=none',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
];

/**
 * Launches an installed Chromium, else the one unpacked from npm (always that one with LANDSCAPE_BROWSER=npm).
 * It resolves no name but 127.0.0.1, so a test that needs the network fails everywhere.
 */
export async function launchBrowser(unpacked: string): Promise<Browser> {
  const installed =
    process.env['LANDSCAPE_BROWSER'] === 'npm'
      ? undefined
      : installedBrowsers.find((file) => existsSync(file));
  if (installed !== undefined) {
    try {
      return await chromium.launch({ executablePath: installed, headless: true, args: commonArguments });
    } catch {
      // On some distributions the file only tells to install a snap.
      console.log(`${installed} does not start; using the browser from npm`);
    }
  }
  const folder = path.dirname(unpacked);
  return chromium.launch({
    executablePath: unpacked,
    headless: true,
    args: commonArguments,
    // The libraries and fonts are for the browser only: other programs want the machine's own.
    env: { ...environment(), LD_LIBRARY_PATH: path.join(folder, 'lib'), FONTCONFIG_PATH: folder },
  });
}

function environment(): Record<string, string> {
  const entries = Object.entries(process.env);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
