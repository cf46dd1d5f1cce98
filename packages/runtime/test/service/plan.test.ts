import { expect, it } from 'vitest';
import { surroundingsOf } from '../../src/index.ts';
import { planService, requireService } from '../../src/service/plan.ts';

const surroundings = (environment: Record<string, string>) =>
  surroundingsOf({
    cwd: '/',
    environment: { HOME: '/srv/me', ...environment },
    root: null,
    program: { node: '/opt/node', program: '/opt/it%s/bin.cjs' },
  });

it('is a user unit of systemd on Linux, in the folder of the user’s configuration', () => {
  expect(planService(surroundings({}), 'linux')).toMatchObject({
    manager: 'systemd',
    path: '/srv/me/.config/systemd/user/dispatch.service',
    link: '/srv/me/.config/systemd/user/default.target.wants/dispatch.service',
  });
  expect(planService(surroundings({ XDG_CONFIG_HOME: '/etc/me' }), 'linux')?.path).toBe(
    '/etc/me/systemd/user/dispatch.service',
  );
  // To be ignored, by the specification.
  expect(planService(surroundings({ XDG_CONFIG_HOME: 'etc' }), 'linux')?.path).toBe(
    '/srv/me/.config/systemd/user/dispatch.service',
  );
});

it('is an agent of launchd on a mac', () => {
  expect(planService(surroundings({}), 'darwin')).toMatchObject({
    manager: 'launchd',
    name: 'local.dispatch',
    path: '/srv/me/Library/LaunchAgents/local.dispatch.plist',
    link: null,
  });
});

it('is one for each home of dispatch', () => {
  const other = planService(surroundings({ DISPATCH_HOME: '/srv/other' }), 'linux');
  expect(other?.name).toMatch(/^dispatch-[\da-f]{8}\.service$/);
  expect(other?.text).toContain('"DISPATCH_HOME=/srv/other"');
  expect(planService(surroundings({ DISPATCH_HOME: '/srv/me/.dispatch' }), 'linux')?.name).toBe(
    'dispatch.service',
  );
});

it('is none elsewhere, and cron is named', () => {
  expect(planService(surroundings({}), 'freebsd')).toBeNull();
  expect(() => requireService(surroundings({ DISPATCH_HOME: '/srv/my home' }), 'freebsd')).toThrow(
    expect.objectContaining({
      code: 'no_service_manager',
      hint: expect.stringContaining(
        String.raw`@reboot 'DISPATCH_HOME=/srv/my home' /opt/node /opt/it\%s/bin.cjs supervise --everywhere`,
      ),
    }),
  );
});
