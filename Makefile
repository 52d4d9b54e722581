# Everything that is done to this tree by hand or by CI. `make` lists it.
# build, test and lint need Go and make; interop and bench need Python 3.11 too;
# race needs a C compiler.

GO       ?= go
PYTHON   ?= python3
FUZZTIME ?= 30s
VENV     := .venv
PLATFORMS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

.DEFAULT_GOAL := help
.PHONY: help build test race lint fuzz interop bench generate platforms models clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

build: ## build bin/larder
	CGO_ENABLED=0 $(GO) build -o bin/larder ./cmd/larder

test: ## run the tests
	$(GO) test ./...

race: ## run the tests under the race detector
	CGO_ENABLED=1 $(GO) test -race ./...

lint: ## gofmt, go vet, staticcheck; the rules of internal/house are tests
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "not gofmt-clean:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	GOOS=windows GOARCH=arm64 $(GO) vet ./...
	$(GO) vet -tags interop ./internal/interop
	$(GO) tool staticcheck ./...

fuzz: ## run each fuzz target for FUZZTIME (30s)
	GO="$(GO)" .ci/fuzz $(FUZZTIME)

interop: $(VENV)/made ## let the real libraries open what Larder wrote
	LARDER_PYTHON=$(abspath $(VENV))/bin/python $(GO) test -tags interop -count=1 ./internal/interop

bench: $(VENV)/made ## Larder and the real libraries side by side, ratios into docs/benchmarks.md
	$(GO) run ./internal/benchmark -python $(VENV)/bin/python

generate: ## remake all generated files
	$(GO) generate ./...

models: $(VENV)/made ## remake testdata/models with the pinned libraries
	$(VENV)/bin/python testdata/gen/sklearn_models.py
	$(VENV)/bin/python testdata/gen/xgboost_models.py

platforms: ## build for every platform
	@for p in $(PLATFORMS); do \
		echo "$$p"; \
		CGO_ENABLED=0 GOOS=$${p%/*} GOARCH=$${p#*/} $(GO) build ./... || exit 1; \
	done

clean: ## remove what the other targets made
	rm -rf bin $(VENV)

# The real libraries, at the versions that the answers were made with.
$(VENV)/made: testdata/interop/requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	touch $@
