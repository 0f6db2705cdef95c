// Which environment gives the variables their values.

import { type JSX } from "solid-js";
import { t } from "../i18n";
import type { Desk } from "./desk";
import { Choice } from "./Setting";

export function EnvironmentChoice(props: { desk: Desk }): JSX.Element {
  const { vault, asking } = props.desk;
  return (
    <section>
      <h2 class="with-action">
        {t("environments.section")}
        <button
          type="button"
          class="quiet link"
          data-testid="environments-edit"
          onClick={() => asking.openEnvironments()}
        >
          {t("environments.edit")}
        </button>
      </h2>
      <Choice<string>
        label={t("environments.active")}
        testid="environment"
        value={vault.environments().active}
        options={[
          ["", t("environments.none")],
          ...vault.environments().all.map((each) => [each.id, each.name.trim() || t("environments.unnamed")] as const),
        ]}
        onChange={(id) => asking.activate(id)}
      />
    </section>
  );
}
