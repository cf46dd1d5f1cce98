import { marker, startArguments, type ServiceCommand, type ServiceProgram } from './command.ts';

/**
 * Property list of a launchd agent that runs the command once, when its user logs in. By launchd.plist(5); never run on
 * a mac.
 */
export function launchdAgent(label: string, { node, program, home }: ServiceCommand): string {
  const words = [node, program, ...startArguments];
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- ${marker} -->
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${escaped(label)}</string>
  <key>ProgramArguments</key>
  <array>
${words.map((word) => `    <string>${escaped(word)}</string>`).join('\n')}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
    <key>DISPATCH_HOME</key>
    <string>${escaped(home)}</string>
  </dict>
  <key>RunAtLoad</key>
  <true/>
  <!-- The command starts supervisors, and these start agents; all of them outlive it. -->
  <key>AbandonProcessGroup</key>
  <true/>
</dict>
</plist>
`;
}

/** What the arguments of such an agent name; null where they are not of our making. */
export function programOfAgent(text: string): ServiceProgram | null {
  const array = /<key>ProgramArguments<\/key>\s*<array>([\s\S]*?)<\/array>/.exec(text)?.[1] ?? '';
  const words = [...array.matchAll(/<string>([\s\S]*?)<\/string>/g)].map(([, word]) => unescaped(word!));
  const [node, program, ...rest] = words;
  if (node === undefined || program === undefined || rest.join(' ') !== startArguments.join(' ')) return null;
  return { node, program };
}

const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;' } as const;

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (character) => entities[character as keyof typeof entities]);
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
