import type { HttpRequest } from '../../../src/http/exchange.ts';
import type { Simulator } from '../../simulator/index.ts';

/** A request that the simulated tracker answers well, with whatever is to be different about it. */
export function requestTo(simulator: Simulator, change: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: 'GET',
    url: `${simulator.trackerUrl}/issues/SUP-1`,
    headers: { Authorization: `OAuth ${simulator.world.trackerRules.token}` },
    credentials: 'omit',
    timeoutMs: 5000,
    maxBytes: 100_000,
    ...change,
  };
}
