import type { Commands, ToChild, ToParent } from './remote.ts';
import { addressesOf, commandsOf } from './remote.ts';
import type { SimulatorSpec } from './scenarios.ts';
import { buildScenario } from './scenarios.ts';
import { startSimulator } from './server.ts';

/** The other end of `remote.ts`: runs one simulator for as long as its parent keeps the channel. */

let commands: Commands | undefined;

// Only the parent process sends on this channel, and only these.
process.on('message', (message: ToChild) => {
  if ('start' in message) void start(message.start);
  else void obey(message);
});
// Without its parent it has no reason to be.
process.on('disconnect', () => process.exit());

async function start({ scenario: scenarioSpec, ...options }: SimulatorSpec): Promise<void> {
  const scenario = buildScenario(scenarioSpec);
  const simulator = await startSimulator({ ...options, world: scenario.world });
  commands = commandsOf(simulator, scenario);
  tell({ started: addressesOf(simulator) });
}

async function obey({ id, ask, args }: Extract<ToChild, { ask: unknown }>): Promise<void> {
  try {
    if (commands === undefined) throw new Error('Not started');
    // The parent's `ask` is typed so that these are the arguments of that command.
    const command = commands[ask] as (...args: unknown[]) => unknown;
    tell({ id, result: await command(...args) });
  } catch (error) {
    tell({ id, error: error instanceof Error ? error.message : String(error) });
  }
}

function tell(message: ToParent): void {
  process.send?.(message);
}
