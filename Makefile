# crib: plain GNU make. `make help` lists the targets.

PREFIX ?= /usr/local
BUILD ?= build
CC ?= cc
PKG_CONFIG ?= pkg-config
VERSION := 0.1.0

# SANITIZE=1 builds with ASan and UBSan (into its own directory: BUILD=build/asan).
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
HARDEN := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
HARDEN_LD := -pie -Wl,-z,relro -Wl,-z,now
ifeq ($(SANITIZE),1)
HARDEN := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
HARDEN_LD := -fsanitize=address,undefined
endif
OPT ?= -O2 -g
WERROR ?=

CORE_PKGS := sqlite3 libcmark yaml-0.1 libsodium libutf8proc libpcre2-8
TUI_PKGS := ncursesw
SYNC_PKGS :=
TEST_PKGS := check

# ncurses' own feature macros would contradict ours; its wide functions need the one below.
CORE_CFLAGS = $(filter-out -D_DEFAULT_SOURCE -D_XOPEN_SOURCE=%,$(shell $(PKG_CONFIG) --cflags $(CORE_PKGS) $(TUI_PKGS)))
CORE_LIBS = $(shell $(PKG_CONFIG) --libs $(CORE_PKGS)) -lm
TUI_LIBS = $(shell $(PKG_CONFIG) --libs $(TUI_PKGS))
TEST_CFLAGS = $(shell $(PKG_CONFIG) --cflags $(TEST_PKGS))
TEST_LIBS = $(shell $(PKG_CONFIG) --libs $(TEST_PKGS))

LIBEXECDIR ?= $(PREFIX)/libexec/crib
ALL_CFLAGS = -DCRIB_SYNC_PATH=\"$(LIBEXECDIR)/crib-sync\" -DCRIB_VERSION=\"$(VERSION)\" -std=c17 -D_XOPEN_SOURCE=700 -DNCURSES_WIDECHAR=1 -I. -I$(BUILD)/gen $(OPT) $(WARN) $(WERROR) $(HARDEN) $(CORE_CFLAGS) $(CFLAGS)
ALL_LDFLAGS = $(HARDEN_LD) $(LDFLAGS)

CORE_SRC := $(sort $(wildcard core/*/*.c))
TUI_SRC := $(sort $(wildcard tui/*.c tui/*/*.c))
SYNC_SRC := $(sort $(wildcard sync/*.c sync/*/*.c))
UNIT_SRC := $(sort $(wildcard tests/unit/test_*.c))
BENCH_SRC := $(sort $(wildcard tests/bench/bench_*.c))
SQL_SRC := $(sort $(wildcard core/*/*.sql))

obj = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
CORE_OBJ := $(call obj,$(CORE_SRC))
TUI_OBJ := $(call obj,$(TUI_SRC))
SYNC_OBJ := $(call obj,$(SYNC_SRC))
TUI_LIB_OBJ := $(filter-out $(BUILD)/obj/tui/main.o,$(TUI_OBJ))
SQL_INC := $(patsubst %.sql,$(BUILD)/gen/%.sql.inc,$(SQL_SRC))
UNIT_BIN := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(UNIT_SRC))
BENCH_BIN := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(BENCH_SRC))

PROGRAMS := $(if $(wildcard tui/main.c),$(BUILD)/crib) $(if $(wildcard sync/main.c),$(BUILD)/crib-sync)

.PHONY: all unit clean
all: $(PROGRAMS)

$(BUILD)/libcore.a: $(CORE_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/libtui.a: $(TUI_LIB_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/crib: $(BUILD)/obj/tui/main.o $(BUILD)/libtui.a $(BUILD)/libcore.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(CORE_LIBS) $(TUI_LIBS)

$(BUILD)/crib-sync: $(SYNC_OBJ) $(BUILD)/libcore.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(CORE_LIBS)

$(BUILD)/obj/%.o: %.c | $(SQL_INC)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# A .sql file becomes a C string: `static const char text[] =\n#include "core/record/001.sql.inc"\n;`
$(BUILD)/gen/%.sql.inc: %.sql
	@mkdir -p $(@D)
	@sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$$/\\n"/' $< > $@

$(BUILD)/unit/%: tests/unit/%.c $(BUILD)/libtui.a $(BUILD)/libcore.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(TEST_CFLAGS) $(ALL_LDFLAGS) -MMD -MP -MF $@.d -o $@ $< $(BUILD)/libtui.a $(BUILD)/libcore.a $(CORE_LIBS) $(TUI_LIBS) $(TEST_LIBS)

$(BUILD)/bench/%: tests/bench/%.c $(BUILD)/libtui.a $(BUILD)/libcore.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -MMD -MP -MF $@.d -o $@ $< $(BUILD)/libtui.a $(BUILD)/libcore.a $(CORE_LIBS) $(TUI_LIBS)

unit: $(UNIT_BIN)
	@set -e; for t in $(UNIT_BIN); do $$t; done

clean:
	rm -rf $(BUILD)

-include $(patsubst %.o,%.d,$(CORE_OBJ) $(TUI_OBJ) $(SYNC_OBJ)) $(addsuffix .d,$(UNIT_BIN) $(BENCH_BIN))
