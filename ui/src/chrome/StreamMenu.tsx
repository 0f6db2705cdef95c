// The menu of a stream.

import { Show, type JSX } from "solid-js";
import { t } from "../i18n";
import type { Desk } from "./desk";
import { Menu, MenuItem, type MenuAt } from "./Menu";

export function StreamMenu(props: { desk: Desk; at: MenuAt | null; close(): void }): JSX.Element {
  return <Show when={props.at}>{(at) => <Items desk={props.desk} at={at()} close={props.close} />}</Show>;
}

function Items(props: { desk: Desk; at: MenuAt; close(): void }): JSX.Element {
  const { desk } = props;
  const kind = (): string | null => desk.library.kind(props.at.id);
  const session = (): number | null => desk.live.brief(props.at.id)?.session ?? null;

  function run(work: (id: string) => void): void {
    const { id } = props.at;
    props.close();
    work(id);
  }

  return (
    <Menu at={props.at} close={props.close}>
      <Show when={session()}>
        {(number) => (
          <>
            <MenuItem
              testid="menu-window"
              words={t("menu.window")}
              onChoose={() => {
                const opened = number();
                run(() => desk.tapes.openSessionInWindow(opened));
              }}
            />
            <hr />
          </>
        )}
      </Show>
      <Show when={props.at.id === desk.library.selectedId() && desk.library.current()?.scene !== desk.scene()}>
        <MenuItem
          testid="menu-scene"
          words={t("menu.scene", { scene: t(`tabs.${desk.scene()}`) })}
          onChoose={() => run(() => desk.keepScene())}
        />
        <hr />
      </Show>
      <Show when={kind() !== "demo"}>
        <MenuItem words={t("menu.rename")} keys="F2" onChoose={() => run((id) => desk.setRenaming(id))} />
      </Show>
      <MenuItem words={t("menu.duplicate")} onChoose={() => run((id) => desk.duplicate(id))} />
      <Show when={kind() !== "demo"}>
        <hr />
        <MenuItem
          words={kind() === "draft" ? t("menu.discard") : t("menu.delete")}
          keys="Del"
          onChoose={() => run((id) => desk.remove(id))}
        />
      </Show>
    </Menu>
  );
}
