# memlabs: build, run and check the labs. `make help` lists the targets.
#
# No lab is named here: a lab is there when its folder is. Everything is
# built below $(BUILD) and nothing is written anywhere else. `make V=1`
# shows the compiler's command lines.

BUILD  ?= build
CC     ?= cc
CFLAGS ?= -g -Wall -Wextra
COMPILE = $(CC) -std=c11 $(CFLAGS) -Icommon -pthread -MMD -MP $(LDFLAGS)

EXERCISE := %/exercise.c %/solution.c
SOURCES  := $(filter-out $(EXERCISE),$(wildcard labs/*/*.c))
PROGRAMS := $(SOURCES:%.c=$(BUILD)/%)

# What `make lab-3` builds first, and lab-03, and lab-03-mmap-msync.
sources_of  = $(filter-out $(EXERCISE), \
  $(wildcard $(addsuffix /*.c,labs/$1 labs/$1-* labs/0$1-*)))
peers_of    = $(patsubst %.c,$(BUILD)/%,$(wildcard \
  $(addsuffix /exercise/*.c,expected/$1 expected/$1-* expected/0$1-*)))
programs_of = $(patsubst %.c,$(BUILD)/%,$(call sources_of,$1))

ifneq ($(words $(BUILD)),1)
$(error BUILD="$(BUILD)": give one folder, whose path has no space)
endif

export BUILD
MAKEFLAGS += --no-print-directory
ifneq ($(words $(MAKECMDGOALS)),2) # two labs at once would mix their lines
MAKEFLAGS += -j$(shell nproc)
endif
.DELETE_ON_ERROR:
.SECONDEXPANSION:
.SUFFIXES:
.PHONY: help all check doctor expected lint peers progress starters test bench clean

help: ## list the targets
	@awk -F ' ?## ' '/^[a-z-]+%?:.*## / \
	  { sub(/:.*/, "", $$1); sub(/%/, "N", $$1); \
	    printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

lab-%: $$(call programs_of,$$*) ## build and run lab N, and compare its output
	@scripts/lab $*

step-%: $$(call programs_of,$$*) ## run lab N line by line, to look at it
	@scripts/step $*

try-%: ## run the small programs in the sheet of lab N
	@scripts/try $*

exercise-%: $$(call peers_of,$$*) ## check your exercise.c of lab N: points, and why
	@scripts/exercise $*

predict-%: ## answer the questions of lab N before you run it
	@scripts/predict $*

hint-%: ## one more hint for the exercise of lab N
	@scripts/hint $*

watch-%: $$(call peers_of,$$*) ## check the exercise of lab N at each save
	@scripts/watch $*

trace-%: $$(call peers_of,$$*) ## the system calls of your exercise, explained
	@scripts/trace $*

maps-%: $$(call peers_of,$$*) ## the memory of your exercise, line by line
	@scripts/maps $*

reset-%: ## put the starter of lab N back (your file is kept)
	@scripts/reset $*

solution-%: ## the solution of lab N, once you have all points (or FORCE=1)
	@FORCE=$(FORCE) scripts/solution $*

progress: ## what you have done, and what is next
	@scripts/progress

starters: ## make each exercise.c from its solution.c
	@scripts/starters

check-%: $$(call programs_of,$$*) ## check lab N, without its output
	@scripts/check $*

check: $(PROGRAMS) ## check all labs
	@scripts/check

all: $(PROGRAMS) ## build all programs

peers: $(patsubst %.c,$(BUILD)/%,$(wildcard expected/*/exercise/*.c))

doctor: ## what this machine has, and what it cannot show
	@scripts/doctor

lint: ## check the style of labs, sheets and scripts
	@scripts/lint

expected: $(PROGRAMS) ## rewrite expected/, after a look at the changes
	@scripts/expect

test: ## prove that the labs are right (10 minutes)
	@tests/run

test-%: ## one part of that: see tests/
	@tests/run $*

bench: ## measure what the suite adds to compiler and run
	@tests/bench

clean: ## remove all that was built
	rm -rf $(BUILD)/labs $(BUILD)/expected $(BUILD)/exercise $(BUILD)/run.* $(BUILD)/step.* $(BUILD)/lint.clean
	@rmdir $(BUILD) 2>/dev/null || true

$(BUILD)/%: %.c
	$(if $V,,$(info CC  $<)@)test -w $(@D) || { mkdir -p $(@D) && test -w $(@D); } 2>/dev/null || { \
	  echo "make: cannot write to $(@D);" \
	  "name another folder: make BUILD=/tmp/memlabs ..." >&2; exit 1; }; \
	$(COMPILE) -MF $@.d -MT $@ -o $@.new $< && mv $@.new $@

-include $(wildcard $(PROGRAMS:%=%.d))
