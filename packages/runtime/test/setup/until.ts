/** The first value of `look` that is neither false nor null nor undefined. Fails after `seconds`, naming what it waited for. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  seconds = 15,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + seconds * 1_000;
  for (;;) {
    const value = await look();
    if (value !== false && value != null) return value;
    if (performance.now() > deadline) throw new Error(`waited ${seconds} s for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
