export { examineStore } from './examine-store.ts';
export { rules, type Rule, type Severity } from './rules.ts';
export type { Conformance, Departure } from './departure.ts';
