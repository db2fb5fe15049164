GO      := $(or $(shell command -v go),/usr/local/go/bin/go)
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null)
LINT    := bin/golangci-lint

# The version is linked in; asking git for it would fail in another user's clone.
export GOFLAGS := $(GOFLAGS) -buildvcs=false

.DEFAULT_GOAL := help
.PHONY: help build demo test lint bench soak screenshots clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /  \1\t/p' $(MAKEFILE_LIST) | expand -t 12

build: ## bin/berth
	CGO_ENABLED=0 $(GO) build -ldflags '-s -w -X main.release=$(VERSION)' -o bin/berth ./cmd/berth

demo: build ## the built-in model service, up, serving and predicted against; ENGINE=private for an engine of its own
	@scripts/demo $(ENGINE)

test: ## go vet, then all tests with the race detector on a real Docker Engine
	$(GO) vet -tags bench,screenshots ./...
	scripts/with-engine $(GO) test -race -count=1 -timeout 20m ./...

lint: $(LINT) ## golangci-lint and shellcheck
	$(LINT) run
	shellcheck -x scripts/engine $$(grep -lE '^#(!/bin/bash|.*shell=bash)' scripts/* .ci/*)

$(LINT): tools/go.mod tools/go.sum
	$(GO) build -C tools -o ../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

bench: build ## ratios against docker compose and against the floor, in one run
	BERTH_BIN=$(CURDIR)/bin/berth scripts/with-engine $(GO) test -v -tags bench -count=1 -timeout 30m -run TestMeasure ./cmd/berth

soak: export SOAK ?= 15m
soak: ## logs for 15 minutes (SOAK=60s: one) of services that restart, flood and are recreated: no line lost or doubled, memory flat
	scripts/with-engine $(GO) test -v -count=1 -timeout 0 -run TestSoak ./dockerops

screenshots: ## the README's pictures, made anew from the running program
	scripts/with-engine $(GO) test -tags screenshots -count=1 -timeout 20m -run TestScreenshots ./cmd/berth

clean: ## remove bin, the private engines and what is cached for them
	rm -rf bin
	scripts/engine clean
