export { acknowledge, acknowledgeFirst, type Acknowledged } from './acknowledge.ts';
export type { Notification } from './notification.ts';
export type { Acknowledger } from './unacknowledged.ts';
export { notificationsNow, watchTasks } from './watch.ts';
