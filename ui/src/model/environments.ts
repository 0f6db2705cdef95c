// Environments as they are typed: what of them is sent, and what comes back laid over what was typed meanwhile.

import type { Environment, Environments, Variable } from "../ipc/bindings";

/** Without rows that nothing is written in. */
export function tidied(environments: Environments): Environments {
  const written = ({ name, value }: Variable): boolean => name.trim() !== "" || value !== "";
  return {
    ...environments,
    all: environments.all.map((each) => ({ ...each, variables: each.variables.filter(written) })),
  };
}

/** What is there for the user to fill in, and is nothing as long as nobody has. */
export interface Offered {
  /** A variable that lacks its value. */
  readonly variable: Variable | null;
  /** The environment that was made because there was none. */
  readonly environment: Environment | null;
  /** Whether an environment was made active for the variable's sake. */
  readonly active: boolean;
}

/** Without what was offered and not taken, and tidied. */
export function settled({ all, active }: Environments, offered: Offered): Environments {
  const left = all.some((each) => each.variables.some((variable) => variable === offered.variable));
  const now = tidied({
    all: all.map((each) => ({ ...each, variables: each.variables.filter((variable) => variable !== offered.variable) })),
    active: left && offered.active ? "" : active,
  });
  const { environment } = offered;
  const bare = (each: Environment): boolean =>
    each.id === environment?.id && each.name === environment.name && each.variables.length === 0;
  if (!now.all.some(bare)) return now;
  return { all: now.all.filter((each) => !bare(each)), active: now.active === environment?.id ? "" : now.active };
}

/** What was stored, with placeholders for secrets, under what was typed since it was sent. */
export function takenOver(now: Environments, sent: Environments, answer: Environments): Environments {
  const sentById = new Map(sent.all.map((each) => [each.id, each]));
  const storedById = new Map(answer.all.map((each) => [each.id, each]));
  return {
    ...now,
    all: now.all.map((each) => {
      const before = sentById.get(each.id)?.variables ?? [];
      const stored = storedById.get(each.id)?.variables ?? [];
      const variables = each.variables.map((variable) => {
        const at = before.findIndex((other) => same(other, variable));
        return (at < 0 || stored.length !== before.length ? undefined : stored[at]) ?? variable;
      });
      return { ...each, variables };
    }),
  };
}

function same(a: Variable, b: Variable): boolean {
  return a.name === b.name && a.value === b.value && a.secret === b.secret;
}
