# Phoenix Tray: the commands of this repository. `make help` lists them.
# Each works from a fresh clone: what is missing is installed first, and named before that.

SHELL := /bin/bash
export PATH := $(HOME)/.cargo/bin:$(PATH)
export CARGO_TARGET_DIR ?= $(CURDIR)/target
setup := tests/setup

.PHONY: help run demo test lint bench check-figures desktop-figures package image check-image window pictures engines \
	engines-down

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|' 2>/dev/null \
		|| sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1  \2/p' Makefile

run: ## start Phoenix Tray on this desktop
	@if [[ "$$(uname -s)" == Linux && -z "$$DISPLAY$$WAYLAND_DISPLAY" ]]; then \
		echo "There is no desktop here: neither DISPLAY nor WAYLAND_DISPLAY is set." >&2; \
		echo "Run this in a terminal of your desktop; 'make demo' needs none." >&2; exit 1; fi
	@$(setup)/install.sh app
	@$(setup)/window.sh build
	cargo build --release --package phoenix-tray --package phoenix-window
	$(CARGO_TARGET_DIR)/release/phoenix-tray

demo: ## update and roll back a real container under load, and show the receipt
	@$(setup)/install.sh demo
	cargo build --release --package phoenixctl --package phoenix-tests --bins
	@$(setup)/with-engine.sh demo $(CARGO_TARGET_DIR)/release/demo

test: ## format, lints, unit tests, every scenario on real engines and on a real desktop
	@$(setup)/install.sh test
	@$(setup)/window.sh build
	@$(setup)/test.sh

lint: ## format, lints, shell scripts
	@$(setup)/install.sh lint
	@$(setup)/window.sh build
	cargo fmt --all -- --check
	cargo clippy --workspace --all-targets -- -D warnings
	shellcheck --external-sources $(setup)/*.sh src-tauri/packaging/container/*.sh .ci/run

bench: ## the figures: switch, updates and today's way beside each other
	@$(setup)/install.sh bench
	cargo build --release --package phoenixctl --package phoenix-tests --package phoenix-load --bins
	@$(setup)/with-engine.sh tests $(CARGO_TARGET_DIR)/release/bench

check-figures: ## the figures of a check, beside docker pull and skopeo, and its memory
	@$(setup)/install.sh bench
	cargo build --release --package phoenix-tests --bin check-figures
	@$(setup)/with-engine.sh tests $(CARGO_TARGET_DIR)/release/check-figures

desktop-figures: ## the figures of the desktop application: start, memory, window, reaction
	@$(setup)/install.sh test
	@$(setup)/window.sh build
	cargo build --release --package phoenix-tray --package phoenix-window --package phoenixctl --package phoenix-tests --bins
	@PHOENIX_TRAY=$(CARGO_TARGET_DIR)/release/phoenix-tray $(setup)/with-engine.sh tests \
		$(CARGO_TARGET_DIR)/release/desktop-figures

package: ## build the .deb of this machine; prints where it is
	@$(setup)/install.sh app
	@$(setup)/with-node.sh node src-tauri/packaging/package.mjs deb

image: ## build the container image of phoenixctl, for servers
	@$(setup)/install.sh image
	@$(setup)/with-node.sh node src-tauri/packaging/container/build.mjs

check-image: ## build that image on an engine of the tests, and update containers there from within it
	@$(setup)/install.sh image
	@$(setup)/install.sh test
	@$(setup)/with-engine.sh tests $(setup)/with-node.sh node src-tauri/packaging/container/build.mjs --check

window: ## build the pages of the window into ui/dist
	@$(setup)/install.sh app
	@$(setup)/window.sh build

pictures: ## make the pictures of the README from the running program
	@$(setup)/install.sh test
	@$(setup)/window.sh build
	cargo build --release --package phoenix-tray --package phoenix-window --package phoenixctl --package phoenix-tests --bins
	@PHOENIX_TRAY=$(CARGO_TARGET_DIR)/release/phoenix-tray PHOENIX_CTL=$(CARGO_TARGET_DIR)/release/phoenixctl \
		$(setup)/with-engine.sh demo $(CARGO_TARGET_DIR)/release/pictures .github/pictures

engines: ## start the engines of the tests and keep them; prints their environment
	@$(setup)/install.sh test
	@$(setup)/engine.sh up tests

engines-down: ## stop them and remove their state
	@$(setup)/engine.sh down tests
