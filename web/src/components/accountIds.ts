// Account IDs as people list and read them.

// named is an account as it is written everywhere: by its ID, and its name if that is known.
export const named = (id: string, name?: string) => (name ? `${id} (${name})` : id);

export function parseAccounts(text: string): { ids: string[]; bad?: string } {
  const ids = [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
  return { ids, bad: ids.find((id) => !/^\d{12}$/.test(id)) };
}
