import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ScenarioSpec } from './scenarios.ts';
import { buildScenario } from './scenarios.ts';
import type { Protocol } from './server.ts';
import { startSimulator } from './server.ts';
import { envFile, settingsJsonFile } from './standard-world.ts';

const usage = `Runs the simulated tracker and content API until it is interrupted.

  npx tsx tests/simulator/main.ts [options]

  --items N             a queue of N items; without it, the demo's
  --protocol P          http1 (default), http1-tls or http2
  --latency MS          how long each request takes
  --rate N              the tracker's requests a second
  --no-login            the content API asks nobody to sign in
  --tracker-port N      default: a free one
  --content-port N      default: a free one
  --settings DIR        write .env and settings.json for the import there
`;

const { values } = parseArgs({
  options: {
    items: { type: 'string' },
    protocol: { type: 'string', default: 'http1' },
    latency: { type: 'string', default: '0' },
    rate: { type: 'string' },
    'no-login': { type: 'boolean', default: false },
    'tracker-port': { type: 'string', default: '0' },
    'content-port': { type: 'string', default: '0' },
    settings: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

function isProtocol(text: string): text is Protocol {
  return ['http1', 'http1-tls', 'http2'].includes(text);
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} ${text}: a whole number is expected`);
  return Number(text);
}

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const { protocol } = values;
  if (!isProtocol(protocol)) throw new Error(`--protocol ${protocol}: see --help`);
  const options = { content: { requireLogin: !values['no-login'] } };
  const spec: ScenarioSpec =
    values.items === undefined
      ? { kind: 'demo', options }
      : { kind: 'queue', size: wholeNumber('items', values.items), options };
  const simulator = await startSimulator({
    world: buildScenario(spec).world,
    protocol,
    latencyMs: wholeNumber('latency', values.latency),
    ports: {
      tracker: wholeNumber('tracker-port', values['tracker-port']),
      content: wholeNumber('content-port', values['content-port']),
    },
  });
  if (values.rate !== undefined) {
    simulator.setRateLimit({ perSecond: wholeNumber('rate', values.rate) });
  }
  if (values.settings !== undefined) {
    await mkdir(values.settings, { recursive: true });
    await writeFile(join(values.settings, '.env'), envFile(simulator));
    await writeFile(join(values.settings, 'settings.json'), settingsJsonFile());
  }
  const { trackerWebUrl, trackerUrl, contentUrl, loginUrl } = simulator;
  process.stdout.write(`${JSON.stringify({ trackerWebUrl, trackerUrl, contentUrl, loginUrl })}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void simulator.close());
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
