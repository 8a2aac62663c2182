# Every target is one line: it makes the environment if need be, then calls the command `tarmac` (scripts/).
# Bare `make` prints the list.
.DEFAULT_GOAL := help
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
TARMAC := @./scripts/environment.sh && .venv/bin/tarmac
AS_JSON := $(if $(JSON),--json)

# Values go through the environment, unexpanded: no shell and no make ever reads what is in them.
override FILE := $(value FILE)
override SQL := $(value SQL)
override RUN := $(value RUN)
override PART := $(value PART)
override RECORD := $(value RECORD)
# A variable PROFILE of the user's shell is for something else.
override PROFILE := $(if $(filter command,$(origin PROFILE)),$(value PROFILE),local)
export FILE SQL RUN PART RECORD PROFILE

.PHONY: help demo up down reset status deploy destroy drop runs query alerts calls logs env test test-fast lint bench lock jars env-python

help:        ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile
demo:        ## everything at once: starts the stack, drops three sample days, shows and checks what came of them
	$(TARMAC) demo
up:          ## start the stack and deploy the example pipeline; a no-op that repairs when it runs already [STACK=compose|embedded]
	$(TARMAC) up
down:        ## stop the stack; objects, rows, bookmarks and the logs of runs stay
	$(TARMAC) down
reset:       ## stop the stack and clear all that it kept
	$(TARMAC) reset --yes
status:      ## each process with port, memory and last restart, and the deployed resources [JSON=1]
	$(TARMAC) status $(AS_JSON)
deploy:      ## create or update the example pipeline on the running stack, or PROFILE=aws [YES=1] [DRY_RUN=1] [ROLLBACK=1]
	$(TARMAC) deploy --profile "$$PROFILE" $(if $(YES),--yes) $(if $(DRY_RUN),--dry-run) $(if $(ROLLBACK),--rollback)
destroy:     ## delete all that a deploy made: the stacks, the files in their buckets, the artifacts; PROFILE=… [YES=1]
	$(TARMAC) destroy --profile "$$PROFILE" $(if $(YES),--yes)
drop:        ## upload FILE=… (a file or a folder) and follow what it starts
	$(TARMAC) drop "$$FILE"
runs:        ## executions and job runs, newest first; RUN=… shows one with the files it read [JSON=1]
	$(TARMAC) runs "$$RUN" $(AS_JSON)
query:       ## run SQL="…" on the warehouse; tab-separated when piped [JSON=1]
	$(TARMAC) query "$$SQL" $(AS_JSON)
alerts:      ## every message published on a topic, oldest first [JSON=1]
	$(TARMAC) alerts $(AS_JSON)
calls:       ## AWS calls by role; RECORD=yes begins an empty record, RECORD=no ends it [JSON=1]
	$(TARMAC) calls $(if $(RECORD),--record "$$RECORD") $(AS_JSON)
logs:        ## the end of all logs, of one PART=… or of one RUN=… [FOLLOW=1]
	$(TARMAC) logs --part "$$PART" --run "$$RUN" $(if $(FOLLOW),--follow)
env:         ## `export` lines for the AWS CLI, boto3 and psql: eval "$$(make -s env)"
	$(TARMAC) env
test:        ## every test, on stacks of the tests' own
	$(TARMAC) test
test-fast:   ## the tests that need no stack and no Spark, in seconds
	$(TARMAC) test-fast
lint:        ## ruff and mypy --strict
	$(TARMAC) lint
bench:       ## measure start, memory, the chain and bulk loads on a stack of its own [MARKDOWN=1]
	$(TARMAC) bench $(if $(MARKDOWN),--markdown)
lock:        ## resolve locks/*.in anew into hash-locked requirements
	$(TARMAC) lock
jars:        ## fetch the locked jars into the cache
	$(TARMAC) jars
env-python:  ## make or renew .venv from the locked requirements [PYTHON=python3.11]
	@./scripts/environment.sh
