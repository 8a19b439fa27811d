/** Which of several things bear on each other: those that share a name, directly or by way of others. Pure. */

export type Names = readonly [string, ...string[]];

/** Groups of which no two have a name in common, each in the order given. */
export function groupsByName<Item>(items: readonly Item[], namesOf: (item: Item) => Names): Item[][] {
  // A name stands under another of its group, but for the one under which the group is found.
  const above = new Map<string, string>();
  const topOf = (name: string): string => {
    let top = name;
    for (let next = above.get(top); next !== undefined; next = above.get(top)) top = next;
    return top;
  };
  for (const item of items) {
    const [first, ...others] = namesOf(item);
    for (const other of others) {
      const [under, top] = [topOf(other), topOf(first)];
      if (under !== top) above.set(under, top);
    }
  }
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const top = topOf(namesOf(item)[0]);
    const group = groups.get(top);
    if (group) group.push(item);
    else groups.set(top, [item]);
  }
  return [...groups.values()];
}
