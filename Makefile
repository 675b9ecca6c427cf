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
HARDEN := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
  -fno-omit-frame-pointer -fno-common
LINK := -fsanitize=address,undefined -pie
endif

# ---- layers: a layer sees its own folder and those below it, nothing else ----
PKGS     := sqlite3 libsodium jansson pangocairo libqrencode
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

CFLAGS_ALL = -std=c17 -D_GNU_SOURCE -fPIE $(HARDEN) $(WARN) $(WERROR) $(CFLAGS)

.PHONY: all demo check check-long check-asan bench fuzz-smoke tidy format install uninstall clean help deps schema
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
