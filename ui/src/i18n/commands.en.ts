// Words of commands, menus and keys.

export const commandsEn = {} as const;
