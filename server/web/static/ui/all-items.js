/**
 * All items of a list, whose pages are read one after the other.
 *
 * @template T @param {(page: number) => Promise<{ items: T[], total: number }>} read @returns {Promise<T[]>}
 */
export async function allItems(read) {
  /** @type {T[]} */
  const items = [];
  for (let page = 1; ; page += 1) {
    const { items: some, total } = await read(page);
    items.push(...some);
    if (some.length === 0 || items.length >= total) return items;
  }
}
