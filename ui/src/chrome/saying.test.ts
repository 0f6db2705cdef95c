import { createRoot } from "solid-js";
import { expect, it } from "vitest";
import { setLanguage, t } from "../i18n";
import { createSaying, NOTHING } from "./saying";

it("is said in the language that is spoken when it is read", () => {
  createRoot((dispose) => {
    const [said, say] = createSaying();
    expect(said()).toBe("");
    say(() => t("request.cancel"));
    expect(said()).toBe("Cancel");
    setLanguage("zh-CN");
    expect(said()).toBe("取消");
    setLanguage("en");
    say(NOTHING);
    expect(said()).toBe("");
    dispose();
  });
});
