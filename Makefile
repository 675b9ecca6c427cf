# custody - keys and folders of a property-management office, with proof.
# A pull of the tree plus `make demo` or `make check` is the whole story (README.md).

CONFIG   ?= release
CC       ?= gcc
PREFIX   ?= /usr/local
DESTDIR  ?=
BUILD    := build/$(CONFIG)
JOBS     ?= $(shell nproc)

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wformat=2 -Wundef \
  -Wvla -Wwrite-strings -Wcast-qual -Wpointer-arith -Wstrict-prototypes \
  -Wold-style-definition -Wmissing-prototypes -Wmissing-declarations -Wredundant-decls \
  -Wnull-dereference -Wimplicit-fallthrough -Wdouble-promotion -Wdate-time -Wunused-macros
WARN_GCC := -Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wjump-misses-init \
  -Walloc-zero -Wtrampolines -Wstringop-overflow=4 -Warith-conversion
ifneq ($(findstring clang,$(CC)),)
WARN += -Wcomma -Wconditional-uninitialized -Wunreachable-code-aggressive -Wassign-enum \
  -Wextra-semi-stmt -Wcast-function-type -Wshorten-64-to-32 -Wmissing-variable-declarations
else
WARN += $(WARN_GCC)
endif
WERROR ?=

HARDEN := -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong \
  -fstack-clash-protection -fcf-protection=full -fno-common -fvisibility=hidden
ifeq ($(findstring clang,$(CC)),)
HARDEN += -ftrivial-auto-var-init=zero
endif
LINK := -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code,--as-needed

ifeq ($(CONFIG),asan)
HARDEN := -O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all \
  -fno-omit-frame-pointer -fno-common
LINK := -fsanitize=address,undefined -pie
endif

# ---- layers: a layer sees its own folder and those below it, nothing else ----
PKGS     := sqlite3 libsodium libcrypto jansson pangocairo libqrencode expat xlsxwriter
# zbar reads printed codes back (label verify); without it that says it could not check
ifeq ($(shell pkg-config --exists zbar 2>/dev/null && echo yes),yes)
PKGS     += zbar
HAVE     := -DCUSTODY_HAVE_ZBAR
endif
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS) 2>/dev/null | sed 's/-I/-isystem /g')
PKG_LIBS   = $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lm -lpthread

INC_base   := -Iinclude -Isrc/base
INC_crypt  := $(INC_base) -Isrc/crypt
INC_store  := $(INC_base) -Isrc/store
INC_ledger := $(INC_crypt) -Isrc/store -Isrc/ledger
INC_core   := $(INC_ledger) -Isrc/core
INC_print  := $(INC_base) -Isrc/print
INC_label  := $(INC_print) -Isrc/label
INC_cli    := -Iinclude -Isrc/cli

LAYERS   := base crypt store ledger core print label cli
SRC_core := $(sort $(wildcard src/core/*.c src/core/acts/*.c))
SRC_base   := $(sort $(wildcard src/base/*.c))
SRC_crypt  := $(sort $(wildcard src/crypt/*.c))
SRC_store  := $(sort $(wildcard src/store/*.c))
SRC_ledger := $(sort $(wildcard src/ledger/*.c))
SRC_print  := $(sort $(wildcard src/print/*.c))
SRC_label  := $(sort $(wildcard src/label/*.c))
SRC_cli    := $(sort $(wildcard src/cli/*.c))
SRC_LIB  := $(SRC_base) $(SRC_crypt) $(SRC_store) $(SRC_ledger) $(SRC_core) $(SRC_print) $(SRC_label)
OBJ_LIB  := $(SRC_LIB:%.c=$(BUILD)/%.o)
OBJ_CLI  := $(SRC_cli:%.c=$(BUILD)/%.o)

CFLAGS_ALL = -std=c17 -D_GNU_SOURCE -fPIE $(HAVE) $(HARDEN) $(WARN) $(WERROR) $(CFLAGS)

.PHONY: all tests deps-build deps-long demo check check-long check-asan bench fuzz-smoke tidy format install uninstall clean help deps schema
.DEFAULT_GOAL := all

all: $(BUILD)/custody ## build the program and the library

define layer_rule
$(BUILD)/src/$(1)/%.o: src/$(1)/%.c
	@mkdir -p $$(@D)
	@echo "  cc  $$<"
	@$$(CC) $$(CFLAGS_ALL) $$(INC_$(1)) $$(PKG_CFLAGS) -MMD -MP -c -o $$@ $$<
endef
$(foreach l,$(LAYERS),$(eval $(call layer_rule,$(l))))

$(BUILD)/libcustody.a: $(OBJ_LIB)
	@rm -f $@
	@ar rcs $@ $^

$(BUILD)/custody: $(OBJ_CLI) $(BUILD)/libcustody.a
	@echo "  ld  $@"
	@$(CC) $(CFLAGS_ALL) $(LINK) -o $@ $(OBJ_CLI) $(BUILD)/libcustody.a $(PKG_LIBS)

-include $(OBJ_LIB:.o=.d) $(OBJ_CLI:.o=.d)

# ---- tests: one program per tests/unit/<layer>/test_*.c, and what they share ----
INC_TEST := $(INC_core) -Isrc/print -Isrc/label -Isrc/core/acts -Itests/support -Itests/unit/core -Itests/unit/print
SRC_SUPPORT := $(sort $(wildcard tests/support/*.c))
OBJ_SUPPORT := $(SRC_SUPPORT:%.c=$(BUILD)/%.o)
SRC_TEST := $(sort $(wildcard tests/unit/*/test_*.c tests/label/test_*.c))
BIN_TEST := $(SRC_TEST:%.c=$(BUILD)/%)

$(BUILD)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	@echo "  cc  $<"
	@$(CC) $(CFLAGS_ALL) $(INC_TEST) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<

# What is printed is read back by two decoders; ZXing is C++.
OBJ_READ := $(addprefix $(BUILD)/tests/label/,read_code.o damage.o zxing.o)
$(BUILD)/tests/label/zxing.o: tests/label/zxing.cc tests/label/read_code.h
	@mkdir -p $(@D)
	@echo "  c++ $<"
	@$(CXX) -std=c++17 $(HARDEN) -fPIE -Wall -Wextra $(WERROR) $(shell pkg-config --cflags zxing 2>/dev/null | sed 's/-I/-isystem /g') -c -o $@ $<

$(filter $(BUILD)/tests/label/%,$(BIN_TEST)): %: %.o $(OBJ_READ) $(OBJ_SUPPORT) $(BUILD)/libcustody.a
	@echo "  ld  $@"
	@$(CC) $(CFLAGS_ALL) $(LINK) -o $@ $< $(OBJ_READ) $(OBJ_SUPPORT) $(BUILD)/libcustody.a -lcmocka -lzbar -lZXing -lstdc++ $(PKG_LIBS)

-include $(wildcard $(OBJ_READ:.o=.d))

$(BUILD)/tests/%: $(BUILD)/tests/%.o $(OBJ_SUPPORT) $(BUILD)/libcustody.a
	@echo "  ld  $@"
	@$(CC) $(CFLAGS_ALL) $(LINK) -o $@ $< $(OBJ_SUPPORT) $(BUILD)/libcustody.a -lcmocka -lzbar $(PKG_LIBS)

.PRECIOUS: $(BUILD)/tests/%.o
-include $(OBJ_SUPPORT:.o=.d) $(BIN_TEST:=.d)

tests: $(BIN_TEST) $(BUILD)/custody

# ---- what people call ----
deps-build:
	@sh tests/deps.sh build

deps-long:
	@sh tests/deps.sh long

deps: ## install the Debian packages that are missing (needs root)
	@sh tests/deps.sh

demo: deps-build ## set up, build, and run the demo estate and the demo office
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@tests/demo/run.sh build/release/custody build/demo

check: deps ## set up, build (plain and sanitized), run all tests (at most 15 minutes)
	@$(MAKE) --no-print-directory -j$(JOBS) WERROR=-Werror all
	@$(MAKE) --no-print-directory -j$(JOBS) WERROR=-Werror CONFIG=asan tests
	@python3 tests/run.py

check-long: deps-long ## the exhaustive campaigns (about two hours and a half)
	@$(MAKE) --no-print-directory -j$(JOBS) WERROR=-Werror all
	@$(MAKE) --no-print-directory -j$(JOBS) WERROR=-Werror build/release/tests/fault/flips
	@$(MAKE) --no-print-directory -j$(JOBS) WERROR=-Werror CONFIG=asan tests
	@python3 tests/run.py long

check-asan: deps ## unit tests under AddressSanitizer and UBSan only
	@$(MAKE) --no-print-directory -j$(JOBS) CONFIG=asan tests
	@python3 tests/run.py unit

bench: deps ## speed as ratios to baselines in the same run
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@tests/bench/run.sh

fuzz-smoke: deps ## every fuzzer for 30 seconds
	@tests/fuzz/run.sh 30

tidy: ## clang-tidy over the sources
	@for f in $(SRC_LIB); do layer=$$(echo $$f | cut -d/ -f2); \
	  case $$layer in base) i="$(INC_base)";; crypt) i="$(INC_crypt)";; store) i="$(INC_store)";; \
	  ledger) i="$(INC_ledger)";; core) i="$(INC_core)";; print) i="$(INC_print)";; *) i="$(INC_label)";; esac; \
	  clang-tidy --quiet $$f -- -std=c17 -D_GNU_SOURCE $$i $(PKG_CFLAGS) 2>/dev/null || bad=1; done; \
	for f in $(SRC_cli); do clang-tidy --quiet $$f -- -std=c17 -D_GNU_SOURCE $(INC_cli) $(PKG_CFLAGS) 2>/dev/null || bad=1; done; \
	test -z "$$bad"

format: ## clang-format in place
	@clang-format -i $$(git ls-files '*.c' '*.h')

schema: $(BUILD)/custody ## write schema/acts.json and schema/reads.json from the tables
	@$(BUILD)/custody acts >schema/acts.json
	@$(BUILD)/custody reads >schema/reads.json

install: $(BUILD)/custody ## install the program, labels and schema under PREFIX
	install -D -m 755 $(BUILD)/custody $(DESTDIR)$(PREFIX)/bin/custody
	install -d $(DESTDIR)$(PREFIX)/share/custody/labels $(DESTDIR)$(PREFIX)/share/custody/schema
	install -m 644 labels/*.label $(DESTDIR)$(PREFIX)/share/custody/labels/
	install -d $(DESTDIR)$(PREFIX)/share/custody/labels/printers
	install -m 644 labels/printers/*.printer $(DESTDIR)$(PREFIX)/share/custody/labels/printers/
	install -d $(DESTDIR)$(PREFIX)/share/custody/labels/forms
	install -m 644 labels/forms/*.form $(DESTDIR)$(PREFIX)/share/custody/labels/forms/
	install -m 644 schema/* $(DESTDIR)$(PREFIX)/share/custody/schema/

uninstall: ## remove what install made
	rm -f $(DESTDIR)$(PREFIX)/bin/custody
	rm -rf $(DESTDIR)$(PREFIX)/share/custody

clean: ## remove build/
	rm -rf build

help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/' | sort
