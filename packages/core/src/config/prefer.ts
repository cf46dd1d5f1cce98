const logins = [true, null, false];

/** Who is logged in first, then who does not tell; of these by their place in `order`, whoever has none last. */
export function preferred<T>(
  all: readonly T[],
  order: readonly string[],
  of: (one: T) => { type: string; loggedIn: boolean | null },
): T[] {
  const rank = (one: T): number => {
    const place = order.indexOf(of(one).type);
    return place === -1 ? order.length : place;
  };
  return all.toSorted(
    (one, other) =>
      logins.indexOf(of(one).loggedIn) - logins.indexOf(of(other).loggedIn) || rank(one) - rank(other),
  );
}
