# The commands of this project. `make` alone lists them.
#
# Needed beforehand: Rust, Node with npm, and GNU make. Every command that needs more says what is
# missing and why, and installs it.

SHELL := /bin/sh
.DEFAULT_GOAL := help
# Steps share the target folder and the screen; make's own -j would only make them wait for each other.
.NOTPARALLEL:

TAURI := ui/node_modules/.bin/tauri
UI_SOURCES := $(shell find ui/src ui/public ui/index.html ui/package-lock.json ui/tsconfig.json ui/vite.config.ts icons/icon.svg 2>/dev/null)
# `make` sees time stamps only: these two stand for "npm ci is done" and "the UI is built".
INSTALLED := ui/node_modules/.installed
BUILT := ui/node_modules/.built
# A UI without a result was never built, whatever the stamp says.
ifeq ($(wildcard ui/dist/index.html),)
.PHONY: $(BUILT)
endif

##@ For everyone
.PHONY: run
run: setup-build $(BUILT) ## Build the app and open it
	@scripts/run

.PHONY: package
package: setup-package $(BUILT) ## Build a .deb and an .rpm and check them
	$(TAURI) build --ci --bundles deb,rpm
	scripts/check-package

.PHONY: package-test
package-test: setup-test package ## Install the .deb, start the app as its desktop entry says, remove it
	scripts/check-installed

##@ For developers
.PHONY: dev
dev: setup-build $(INSTALLED) ## Run the app with live reload of the UI
	$(TAURI) dev --config '{"build":{"devUrl":"http://127.0.0.1:1420","beforeDevCommand":"npm run dev"}}'

.PHONY: check
check: setup-build rust-lint ui-check ## The quick tests: format, lints, types, units, walls, bindings
# Every test but those of the real window (tests/window); --workspace everywhere, because another
# choice of packages is another choice of features, and builds the dependencies again.
	cargo test --workspace --lib --bins --test '[!w]*' --test walls

.PHONY: test
test: setup-test ui-check rust-lint bench-check ## Every test, the real app in a window included
	cargo test --workspace --no-fail-fast

.PHONY: window-test
window-test: setup-test $(BUILT) ## Only the tests of the real window; TEST=part-of-a-name picks some
	cargo test --workspace --test window -- $(TEST)

.PHONY: bench
bench: setup-bench $(BUILT) ## Benchmarks: the parser beside others, then all of bench-app
	cargo bench -p tapewriter-engine
	python3 scripts/bench $(BENCH)

.PHONY: bench-app
bench-app: setup-bench $(BUILT) ## Measure the release app in a window; BENCH="--quick" and others
	python3 scripts/bench $(BENCH)

# What it measures needs a quiet machine; what it computes is tested here.
.PHONY: bench-check
bench-check:
	python3 -m unittest discover scripts/bench

.PHONY: rust-lint
rust-lint: $(BUILT)
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- --deny warnings

.PHONY: ui-check
ui-check: $(BUILT)
	scripts/check-links
	cd ui && npm run --silent check && npm test --silent

.PHONY: ui
ui: $(BUILT) ## Build the UI alone

.PHONY: bindings
bindings: $(BUILT) ## Write ui/src/ipc/bindings.ts anew from the Rust contract
	UPDATE_BINDINGS=1 cargo test --workspace --test bindings

.PHONY: icons
icons: $(INSTALLED) ## Draw the icons anew from icons/*.svg
	scripts/icons

.PHONY: screens
screens: setup-test $(BUILT) ## Take the screenshots in docs/screens anew, and a sheet of all
	TAPEWRITER_SCREENS="$(CURDIR)/docs/screens" cargo test --workspace --test window -- screens::
	scripts/contact-sheet

.PHONY: fmt
fmt: ## Format the Rust sources
	cargo fmt --all

.PHONY: setup
setup: setup-bench setup-package $(INSTALLED) ## Install everything that these commands need

.PHONY: setup-build setup-test setup-bench setup-package
setup-build:
	@scripts/setup build
setup-test:
	@scripts/setup build test
setup-bench:
	@scripts/setup build test bench
setup-package:
	@scripts/setup build package

$(INSTALLED): ui/package-lock.json
	cd ui && npm ci
	@touch $@

$(BUILT): $(INSTALLED) $(UI_SOURCES)
	cd ui && npm run --silent build
	@touch $@

.PHONY: help
help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
