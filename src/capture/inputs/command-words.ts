// What may be told of a command line to everybody who listens: it can hold anything, passwords too. Pure.

/** The program it begins with, without its folder, what is set for it, and what it is given. */
export function programOf(command: string): string {
  const words = command.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []
  const program = words.find((word) => !/^\w+=/.test(word)) ?? ''
  const name = program.replaceAll(/["']/g, '').split(/[\\/]/).at(-1) ?? ''
  // Whatever else a shell understands is not understood here.
  return /^[\w.+-]+$/.test(name) ? name : 'command'
}

/** What a program said, without addresses: those carry keys. */
export function withoutAddresses(words: string): string {
  return words.replaceAll(/\w+:\/\/[^\s"']+/g, '(address)')
}
