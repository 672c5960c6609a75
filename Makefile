# Phoenix Tray: the commands of this repository. `make help` lists them.
# Each works from a fresh clone: what is missing is installed first, and named before that.

SHELL := /bin/bash
export PATH := $(HOME)/.cargo/bin:$(PATH)
export CARGO_TARGET_DIR ?= $(CURDIR)/target
setup := tests/setup

.PHONY: help demo test lint bench engines engines-down

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|' 2>/dev/null \
		|| sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1  \2/p' Makefile

demo: ## update and roll back a real container under load, and show the receipt
	@$(setup)/install.sh demo
	cargo build --release --package phoenixctl --package phoenix-tests --bins
	@$(setup)/with-engine.sh demo $(CARGO_TARGET_DIR)/release/demo

test: ## format, lints, unit tests, and every scenario on real engines
	@$(setup)/install.sh test
	@$(setup)/test.sh

lint: ## format, lints, shell scripts
	@$(setup)/install.sh lint
	cargo fmt --all -- --check
	cargo clippy --workspace --all-targets -- -D warnings
	shellcheck --external-sources $(setup)/*.sh .ci/run

bench: ## the figures: switch, updates and today's way beside each other
	@$(setup)/install.sh bench
	cargo build --release --workspace --bins
	@$(setup)/with-engine.sh tests $(CARGO_TARGET_DIR)/release/bench

engines: ## start the engines of the tests and keep them; prints their environment
	@$(setup)/install.sh test
	@$(setup)/engine.sh up tests

engines-down: ## stop them and remove their state
	@$(setup)/engine.sh down tests
