/** The simulator: a tracker and a content API with a login, on loopback. What most tests use of it. */
export type { DemoScenario } from './demo-world.ts';
export { demoWorld } from './demo-world.ts';
export type { Expectation, Part, Scenario } from './expectations.ts';
export { findDifferences } from './expectations.ts';
export type { Fault, FaultRule, Hook } from './faults.ts';
export { Faults, faults } from './faults.ts';
export type { ChecklistItem, HistoryEntry, Issue, IssueSpec, ItemSpec } from './issues.ts';
export type { Json, JsonObject } from './json.ts';
export type { QueueOptions } from './queue-world.ts';
export { queueWorld } from './queue-world.ts';
export type { RateLimit } from './rate-limit.ts';
export type { RemoteSimulator } from './remote.ts';
export { startRemoteSimulator } from './remote.ts';
export type { LogEntry, RequestFilter, Side, Tally } from './request-log.ts';
export { RequestLog } from './request-log.ts';
export type { Resource, ResourceSpec, ResourceType, Trouble } from './resources.ts';
export type { ScenarioSpec, SimulatorSpec } from './scenarios.ts';
export type { Protocol, Simulator, SimulatorOptions } from './server.ts';
export { startSimulator } from './server.ts';
export type { BreadcrumbKey } from './standard-world.ts';
export {
  deferralDate,
  envFile,
  errorField,
  linkField,
  mappedFields,
  settingsJsonFile,
  standardWorld,
} from './standard-world.ts';
export { parseTrackerDate, trackerDate } from './tracker-dates.ts';
export type { WorldOptions } from './world.ts';
export { World } from './world.ts';
