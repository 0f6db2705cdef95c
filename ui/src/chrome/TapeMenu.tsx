// The menu of a tape, in the sidebar and in the list of all.

import { Show, type JSX } from "solid-js";
import { t } from "../i18n";
import type { TapeInfo } from "../ipc/bindings";
import type { Desk } from "./desk";
import { Menu, MenuItem, type MenuAt } from "./Menu";

interface Props {
  desk: Desk;
  at: MenuAt | null;
  /** Where names are typed and deletions confirmed. */
  where: "sidebar" | "sheet";
  close(): void;
}

export function TapeMenu(props: Props): JSX.Element {
  return (
    <Show when={props.at}>
      {(at) => (
        <Show when={props.desk.tapes.find(at().id)}>
          {(tape) => <Items desk={props.desk} at={at()} tape={tape()} where={props.where} close={props.close} />}
        </Show>
      )}
    </Show>
  );
}

function Items(props: { desk: Desk; at: MenuAt; tape: TapeInfo; where: "sidebar" | "sheet"; close(): void }): JSX.Element {
  const { tapes } = props.desk;
  const whole = (): boolean => props.tape.failure === null;
  const recorded = (): boolean => props.tape.session !== null;

  function run(work: (tape: string) => void): void {
    const { id } = props.at;
    props.close();
    work(id);
  }

  return (
    <Menu at={props.at} close={props.close}>
      <Show when={whole()}>
        <MenuItem
          testid="tape-replay"
          words={t(recorded() ? "tapes.menu.show" : "tapes.menu.replay")}
          onChoose={() => run((id) => tapes.open(id))}
        />
        <MenuItem testid="tape-window" words={t("menu.window")} onChoose={() => run((id) => tapes.openInWindow(id))} />
        <hr />
        <Show
          when={props.tape.kept}
          fallback={
            <MenuItem
              testid="tape-keep"
              words={t("tapes.menu.keep")}
              onChoose={() => run((tape) => tapes.setNaming({ tape, keep: true, at: props.where }))}
            />
          }
        >
          <MenuItem testid="tape-release" words={t("tapes.menu.release")} onChoose={() => run((id) => tapes.release(id))} />
        </Show>
        <MenuItem
          testid="tape-rename"
          words={t("menu.rename")}
          keys="F2"
          onChoose={() => run((tape) => tapes.setNaming({ tape, keep: false, at: props.where }))}
        />
        <hr />
        <MenuItem testid="tape-export" words={t("tapes.menu.export")} onChoose={() => run((id) => tapes.exportTape(id))} />
        <MenuItem
          testid="tape-serve"
          words={t(tapes.serving.of(props.at.id) ? "tapes.menu.served" : "tapes.menu.serve")}
          onChoose={() => run((tape) => tapes.setSheet({ kind: "serve", tape }))}
        />
        <Show when={tapes.serving.of(props.at.id)}>
          {(served) => (
            <MenuItem
              testid="tape-stop-serving"
              words={t("serve.stop")}
              onChoose={() => {
                const { id } = served();
                run(() => void tapes.serving.stop(id));
              }}
            />
          )}
        </Show>
      </Show>
      <Show when={props.tape.failure?.args["what"] === "damaged"}>
        <MenuItem testid="tape-recover" words={t("tapes.recover")} onChoose={() => run((id) => tapes.recover(id))} />
      </Show>
      <Show when={!recorded()}>
        <hr />
        <MenuItem
          testid="tape-delete"
          words={t("menu.delete")}
          keys="Del"
          onChoose={() => run((tape) => tapes.setDoomed({ tape, at: props.where }))}
        />
      </Show>
    </Menu>
  );
}
