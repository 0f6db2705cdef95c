// A field whose text may hold secrets: they are dots, with a word on where their values are. Typing over the
// dots replaces them; what is typed goes to the vault when the field is left.

import { createEffect, createMemo, Show, type JSX } from "solid-js";
import { t, type Key } from "../i18n";
import { DOTS, masked, secretsIn, typedOver } from "../model/placeholders";
import type { Vault } from "../model/vault";

interface Props {
  vault: Vault;
  value: string;
  label: string;
  testid: string;
  /** What the field is sought by: a header's name, a parameter's, or `auth`. */
  field?: string;
  placeholder?: string;
  onInput(value: string): void;
  onLeave(): void;
  /** Stands at the end of the field. */
  children?: JSX.Element;
}

type Kept = "keychain" | "run" | "missing";

export function SecretField(props: Props): JSX.Element {
  let input!: HTMLInputElement;
  const shown = createMemo(() => masked(props.value));
  const ids = createMemo(() => secretsIn(props.value));

  // Written only when it differs: writing moves the caret, and what is typed comes back here.
  createEffect(() => {
    if (input.value !== shown()) input.value = shown();
  });

  const kept = createMemo((): Kept | null => {
    if (ids().length === 0) return null;
    const infos = ids().map((id) => props.vault.secret(id));
    if (infos.some((info) => !info?.found)) return "missing";
    return infos.every((info) => info?.kept) ? "keychain" : "run";
  });

  const hosts = createMemo(() => {
    const origins = new Set(ids().flatMap((id) => props.vault.secret(id)?.origins ?? []));
    return [...origins].map(hostOf).join(t("mark.comma"));
  });

  const note = createMemo(() => {
    switch (kept()) {
      case "keychain":
        return hosts() === "" ? t("secret.keychain") : t("secret.keychain.for", { hosts: hosts() });
      case "run":
        return t("secret.run");
      case "missing":
        return t("secret.missing");
      default:
        return "";
    }
  });

  return (
    <div class="field secret-field" classList={{ sealed: kept() !== null }}>
      <span class="sized">
        <span class="sizer" aria-hidden="true">
          {shown()}
        </span>
        <input
          ref={input}
          data-testid={props.testid}
          data-field={props.field}
          aria-label={kept() === null ? props.label : `${props.label}, ${note()}`}
          placeholder={props.placeholder ?? ""}
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          onInput={(event) => {
            const typed = typedOver(props.value, event.currentTarget.value);
            props.onInput(typed);
            // Dots that an edit has broken go, also where that leaves the same text as before.
            if (event.currentTarget.value !== masked(typed)) event.currentTarget.value = masked(typed);
          }}
          onFocus={() => {
            if (shown().includes(DOTS)) input.select();
          }}
          onBlur={() => props.onLeave()}
        />
      </span>
      <Show when={kept()}>
        {(kept) => (
          <span
            class="secret-note"
            data-testid="secret"
            data-kept={kept()}
            title={hosts() === "" ? note() : `${note()} (${hosts()})`}
            onMouseDown={(event) => {
              event.preventDefault();
              input.focus();
            }}
          >
            {note()}
          </span>
        )}
      </Show>
      {props.children}
    </div>
  );
}

/** `https://api.example.com` without what every origin begins with; the demo server by its name. */
export function hostOf(origin: string): string {
  return origin === "demo:" ? t("secret.demo") : origin.replace(/^https:\/\//, "");
}

/** What the lock beside a field says; one that is secret by its name cannot be opened. */
export function lockTitle(byName: boolean, secret: boolean): Key {
  if (byName) return "request.header.secret.name";
  return secret ? "request.header.secret.on" : "request.header.secret.off";
}
