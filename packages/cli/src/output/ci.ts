/** Nobody looks at what runs there, or types. */
export function isCi(env: Readonly<Record<string, string | undefined>>): boolean {
  const { CI: ci = '' } = env;
  return ci !== '' && ci !== 'false' && ci !== '0';
}
