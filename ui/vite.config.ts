import { defineConfig } from "vitest/config";
import type { Plugin } from "vite";
import solid from "vite-plugin-solid";

// The dev server puts styles into the page and opens a socket, which the policy of the built page forbids.
const withoutPolicy: Plugin = {
  name: "dev-without-policy",
  apply: "serve",
  transformIndexHtml: (html) => html.replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*>/, ""),
};

// The page is loaded under a policy that allows scripts, styles and fonts from its own files only, so
// nothing may be inlined: no data: addresses, and no preload helper in the page.
export default defineConfig({
  base: "./",
  plugins: [solid(), withoutPolicy],
  clearScreen: false,
  server: { host: "127.0.0.1", port: 1420, strictPort: true },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "safari16",
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: true,
  },
  test: {
    include: ["src/**/*.test.ts", "src/**/*.test.tsx"],
    environment: "node",
  },
});
