# What contributors run; `make help` lists it. Needed: Go and Node. What else a target needs it installs itself: Go tools
# pinned in tools/go.mod, npm packages pinned beside what uses them, Debian packages when run as root.

GO        ?= go
FUZZTIME  ?= 30s
TESTFLAGS ?=
EVALFLAGS ?=
DATA      ?= ../shared/data

# One folder of tools for each Go version: staticcheck reads only what its own Go could compile.
TOOLS := $(CURDIR)/.cache/tools-$(shell $(GO) env GOVERSION)
GEO   := geodata/country.mmdb geodata/asn.mmdb
PAGES := console/dist/index.html

# What a build embeds, if it is there.
empty :=
comma := ,
TAGS   = $(subst $(empty) $(empty),$(comma),$(strip $(if $(wildcard $(GEO)),geo) $(if $(wildcard $(PAGES)),console)))

.DEFAULT_GOAL := build
.PHONY: help build console run test check test-needs test-race vet format format-check lint generate generate-check geodata test-console fuzz walk kill-test eval bench clean

help: ## List the targets.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

build: ## Build ./picket; embeds the country and network data and the web console, if `make geodata` and `make console` made them.
	$(GO) build -tags '$(TAGS)' -o picket ./cmd/picket

geodata: $(GEO) ## Fetch the country and network data that `make build` embeds.

$(GEO) &: geodata/fetch.sh geodata/package-lock.json $(wildcard geodata/compile/*.go)
	geodata/fetch.sh
	@touch $(GEO)

console: $(PAGES) ## Build the web console that `make build` embeds.

$(PAGES): web/node_modules/.installed $(shell find web/src web/public -type f) web/index.html web/vite.config.ts
	cd web && npm run --silent build

web/node_modules/.installed: web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	@touch $@

run: geodata console ## Build, scan a demo set of logs with attacks in it, and serve the API for demo accounts.
	$(MAKE) build
	scripts/demo

test: format-check vet generate-check test-needs test-console ## Format, vet, generated code, all tests; what CI runs.
	$(GO) test -timeout 20m $(TESTFLAGS) ./...

check: format-check vet generate-check lint test-race ## As test, with the linters, the race detector, and servers on both stores.
	$(GO) test $(TESTFLAGS) ./apptest -postgres

vet:
	$(GO) vet ./...

test-needs:
	scripts/need chromium chromium
	scripts/need initdb postgresql
	scripts/need promtool prometheus
	scripts/need systemd-analyze systemd
	scripts/need aws awscli
	scripts/need 'python3 -c "import boto3"' python3-boto3

test-console: web/node_modules/.installed $(PAGES) ## Types, lint and unit tests of the web console, and the console in a browser.
	scripts/need chromium chromium
	cd web && npm test --silent
	$(GO) build -tags console -o web/.picket ./cmd/picket
	cd web && PICKET='$(CURDIR)/web/.picket' npm run --silent browser

test-race: test-needs ## All tests under the race detector.
	scripts/need gcc gcc libc6-dev
	CGO_ENABLED=1 $(GO) test -race -timeout 30m $(TESTFLAGS) ./...

lint: $(TOOLS)/built ## staticcheck, and the analyzers bundled in tools/picketvet.
	$(TOOLS)/staticcheck ./...
	$(GO) vet -vettool=$(TOOLS)/picketvet ./...

format: $(TOOLS)/built ## Rewrite the code in gofumpt's format.
	$(TOOLS)/gofumpt -w .

format-check: $(TOOLS)/built
	@echo 'gofumpt -l .'; files=$$($(TOOLS)/gofumpt -l .) && if [ -n "$$files" ]; then \
		echo "not in gofumpt's format (make format mends it):"; echo "$$files"; exit 1; fi

generate: ## Generate the API contract anew.
	$(GO) generate ./guardduty/...

generate-check: ## Fail if generating would change anything.
	scripts/generate-check

fuzz: ## Run every fuzz target for FUZZTIME (30s).
	scripts/fuzz $(FUZZTIME)

walk: ## Compare 100,000 random sequences of what accounts do to each other with a model, in two halves; tests take 200.
	$(GO) test ./service -run Walk -timeout 60m -rapid.checks=50000

kill-test: test-needs ## Kill servers N times (200) in each of four ways on STORE (sqlite, postgres), and compare their findings with those of others.
	scripts/kill-test $(or $(N),200) $(or $(STORE),sqlite)

eval: ## Measure detections against the real data in DATA; EVALFLAGS='--json FILE' for rows.
	$(GO) run $(if $(wildcard $(GEO)),-tags geo) ./eval --data '$(DATA)' $(EVALFLAGS)

bench: build ## Measure speed and memory in one table.
	$(GO) run ./bench --data '$(DATA)'

clean: ## Remove what was built, fetched and written.
	rm -rf picket demo demo-server .cache geodata/node_modules web/node_modules web/.picket console/dist $(GEO)

$(TOOLS)/built: tools/go.mod tools/go.sum $(wildcard tools/picketvet/*.go)
	$(GO) -C tools build -o $(TOOLS)/ tool
	@touch $@
