export { doctor } from './doctor.ts';
export type { Diagnosis, Finding } from './finding.ts';
