// Words of commands, menus and keys.

export const commandsZh = {} as const;
