import { readFileSync, readdirSync } from 'node:fs';

/** The processes that a process has started, as the kernel knows them; those that end meanwhile are none. */
export function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(id => parentOf(id) === parent);
}

// "ID (NAME) STATE PARENT …", where NAME may be anything.
function parentOf(id: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${id}/stat`, 'utf8');
    return Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}
