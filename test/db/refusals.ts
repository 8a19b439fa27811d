/** How the database says no: the constraint that refused a statement, or the words of the trigger that did. */

/** Resolves with what refused the statement; rejects where nothing did. */
export async function refusalOf(statement: PromiseLike<unknown>): Promise<string> {
  try {
    await statement;
  } catch (fault) {
    if (!(fault instanceof Error) || !('code' in fault)) throw fault;
    if (!String(fault.code).startsWith('23')) throw fault;
    const constraint = 'constraint' in fault ? fault.constraint : undefined;
    return typeof constraint === 'string' ? constraint : (fault.message.split(' - ').at(-1) ?? '');
  }
  throw new Error('nothing refused the statement');
}
