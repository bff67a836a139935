# crib: plain GNU make. `make help` lists the targets, `make -j` is safe, and so are several BUILD directories at once.

PREFIX ?= /usr/local
DESTDIR ?=
LIBEXECDIR ?= $(PREFIX)/libexec/crib
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
BUILD ?= build
PKG_CONFIG ?= pkg-config
INSTALL ?= install
VERSION := 0.1.0

# --- flags -----------------------------------------------------------------------------------------------------------

OPT ?= -O2 -g
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
WERROR ?=
HARDEN := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
HARDEN_LD := -pie -Wl,-z,relro -Wl,-z,now -Wl,--as-needed
ifeq ($(shell uname -s),Darwin)
HARDEN_LD :=
kegs := $(shell brew --prefix 2>/dev/null)/opt
export PKG_CONFIG_PATH := $(kegs)/ncurses/lib/pkgconfig:$(kegs)/sqlite/lib/pkgconfig:$(kegs)/curl/lib/pkgconfig:$(kegs)/libarchive/lib/pkgconfig:$(PKG_CONFIG_PATH)
endif
# SANITIZE=1 builds with ASan and UBSan, SANITIZE=fuzz for libFuzzer: give each its own directory (BUILD=build/asan).
ifeq ($(SANITIZE),1)
HARDEN := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
HARDEN_LD := -fsanitize=address,undefined
else ifeq ($(SANITIZE),fuzz)
HARDEN := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
HARDEN_LD := -fsanitize=fuzzer,address,undefined
endif

CORE_PKGS := sqlite3 libcmark yaml-0.1 libsodium libutf8proc libpcre2-8
TUI_PKGS := ncursesw
# The kiosk's bounds (tui/sandbox.h), where the system has them.
SECCOMP := $(if $(filter Linux,$(shell uname -s)),$(shell $(PKG_CONFIG) --exists libseccomp 2>/dev/null && echo libseccomp))
SYNC_PKGS := libcurl jansson libzstd libarchive libmicrohttpd
TEST_PKGS := check

pkg = $(shell $(PKG_CONFIG) $(1) 2>/dev/null)
# ncurses' own feature macros would contradict ours; its wide functions need NCURSES_WIDECHAR, which is set below.
CORE_CFLAGS := $(filter-out -D_DEFAULT_SOURCE -D_XOPEN_SOURCE=%,$(call pkg,--cflags $(CORE_PKGS) $(TUI_PKGS)))
CORE_LIBS := $(call pkg,--libs $(CORE_PKGS)) -lm
TUI_LIBS := $(call pkg,--libs $(TUI_PKGS) $(SECCOMP))
SYNC_LIBS := $(call pkg,--libs $(SYNC_PKGS)) -ldl
# Loading eight libraries costs a process more than printing a page does: the programs take them in whole where the
# system has them as archives. STATIC= links them dynamically (for a distribution that wants it so).
STATIC ?= $(if $(filter Linux,$(shell uname -s)),sqlite3 cmark yaml sodium utf8proc pcre2-8 ncursesw tinfo seccomp)
comma := ,
archive = $(if $(filter /%,$(shell $(CC) -print-file-name=lib$(1).a 2>/dev/null)),-l:lib$(1).a,-l$(1))
taken = $(foreach flag,$(1),$(if $(filter $(STATIC:%=-l%),$(flag)),$(call archive,$(flag:-l%=%)),$(flag)))
PROGRAM_CORE_LIBS := $(call taken,$(CORE_LIBS))
PROGRAM_TUI_LIBS := $(call taken,$(TUI_LIBS))
# Where all of them are, and the C library too, crib needs no dynamic linker at all. It lies at a random address and is
# bound and read-only as before (-static-pie). SQLite's dlopen would be for extensions, which crib never loads.
needed = $(filter-out -lm -L%,$(PROGRAM_CORE_LIBS) $(PROGRAM_TUI_LIBS)) -l:libc.a -l:libm.a -l:rcrt1.o
absent = $(foreach flag,$(needed),$(if $(filter -l:%,$(flag)),$(if $(filter /%,$(shell $(CC) -print-file-name=$(flag:-l:%=%) 2>/dev/null)),,$(flag)),$(flag)))
WHOLE_LD := $(if $(STATIC),$(if $(strip $(SANITIZE)$(absent)),,-static-pie -Wl,--wrap=dlopen$(comma)--defsym=__wrap_dlopen=abort))
CRIB_LD = $(if $(WHOLE_LD),$(filter-out -pie,$(ALL_LDFLAGS)) $(WHOLE_LD),$(ALL_LDFLAGS))
TEST_CFLAGS := $(call pkg,--cflags $(TEST_PKGS))
TEST_LIBS := $(call pkg,--libs $(TEST_PKGS))

DEFINES := -D_XOPEN_SOURCE=700 -DNCURSES_WIDECHAR=1 -DCRIB_VERSION=\"$(VERSION)\" $(if $(SECCOMP),-DCRIB_SECCOMP)
ALL_CFLAGS = -std=c17 $(DEFINES) -I. -I$(BUILD)/gen $(OPT) $(WARN) $(HARDEN) $(CORE_CFLAGS) $(CPPFLAGS) $(CFLAGS)
ALL_LDFLAGS = $(HARDEN_LD) $(LDFLAGS)

# --- sources ---------------------------------------------------------------------------------------------------------

CORE_SRC := $(sort $(wildcard core/*/*.c))
TUI_SRC := $(sort $(wildcard tui/*.c tui/*/*.c))
SYNC_SRC := $(sort $(wildcard sync/*.c sync/*/*.c))
UNIT_SRC := $(sort $(wildcard tests/unit/test_*.c))
FUZZ_SRC := $(sort $(wildcard tests/fuzz/fuzz_*.c))
BENCH_SRC := $(sort $(wildcard tests/bench/bench_*.c))
SQL_SRC := $(sort $(wildcard core/*/*.sql sync/*/*.sql))

obj = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
CORE_OBJ := $(call obj,$(CORE_SRC))
TUI_OBJ := $(call obj,$(TUI_SRC))
SYNC_OBJ := $(call obj,$(SYNC_SRC))
SYNC_LIB_OBJ := $(filter-out $(BUILD)/obj/sync/main.o,$(SYNC_OBJ))
TUI_LIB_OBJ := $(filter-out $(BUILD)/obj/tui/main.o,$(TUI_OBJ))
SHELL_SRC := $(sort $(wildcard assets/shell/*))
WEB_SRC := $(sort $(wildcard assets/web/*))
KIOSK_SRC := $(sort $(wildcard assets/kiosk/*))
SQL_INC := $(patsubst %.sql,$(BUILD)/gen/%.sql.inc,$(SQL_SRC)) $(patsubst %,$(BUILD)/gen/%.inc,$(SHELL_SRC) $(WEB_SRC) $(KIOSK_SRC))
UNIT_BIN := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(UNIT_SRC))
FUZZ_BIN := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(FUZZ_SRC))
BENCH_BIN := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(BENCH_SRC))
# vt is three files.
E2E_BIN := $(patsubst tests/e2e/%.c,$(BUILD)/e2e/%,$(filter-out %/vt_screen.c %/vt_learn.c,$(wildcard tests/e2e/*.c)))
PROGRAMS := $(if $(wildcard tui/main.c),$(BUILD)/crib) $(if $(wildcard sync/main.c),$(BUILD)/crib-sync)
LIBS := $(BUILD)/libtui.a $(BUILD)/libcore.a
TEST_ARCHIVES := $(BUILD)/libtui.a $(BUILD)/libsync.a $(BUILD)/libcore.a

# --- programs --------------------------------------------------------------------------------------------------------

.PHONY: all run test unit e2e check fuzz bench man completions install uninstall clean help FORCE
.DELETE_ON_ERROR:
.SECONDARY:
# One short line a command; V=1 shows the whole commands.
ifeq ($(V)$(findstring s,$(firstword -$(MAKEFLAGS))),)
say = @printf '%-5s %s\n' '$(1)' '$(2)';
endif
all: $(PROGRAMS)

help:
	@sed -n 's/^#: //p' Makefile

#: make            build the programs into build/
#: make run        install what is missing (it asks), build, open the hub on the sample channel
#: make test       install what the tests need (it asks), build, run all tests; NO_DEPS=1 only prints what to install
#: make unit e2e   one half of the tests each
#: make check      layering, libraries, warnings, clang-tidy, sanitizers, valgrind, manual pages
#: make fuzz       the fuzz targets, FUZZ_SECONDS=60 in all
#: make bench      the benchmarks, each beside its peer; BENCH_CORPUS=DIR
#: make install    PREFIX=/usr/local DESTDIR=; make uninstall takes it away again
#: make clean      remove build/

run:
	@sh assets/packages.sh run
	@$(MAKE) --no-print-directory all
	@CRIB_HOME="$(abspath $(BUILD))/home" $(BUILD)/crib channel add assets/sample >/dev/null
	CRIB_HOME="$(abspath $(BUILD))/home" $(BUILD)/crib

# Written anew only when its text changes: what depends on it is then compiled or archived anew.
define stamp
@mkdir -p $(@D)
@printf '%s\n' '$(1)' | cmp -s - $@ || printf '%s\n' '$(1)' > $@
endef

# WERROR is left out on purpose: it changes no object.
$(BUILD)/flags: FORCE
	@$(PKG_CONFIG) --exists $(CORE_PKGS) $(TUI_PKGS) $(SYNC_PKGS) 2>/dev/null || NO_DEPS=1 sh assets/packages.sh run
	$(call stamp,$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(WHOLE_LD) $(PROGRAM_CORE_LIBS) $(PROGRAM_TUI_LIBS) $(SYNC_LIBS))

# Where crib-sync will lie is one file's business: `make install` with another PREFIX compiles that one.
$(BUILD)/obj/tui/app_sync.o $(BUILD)/tidy/tui/app_sync.ok: FILE_DEFINES = -DCRIB_SYNC_PATH=\"$(LIBEXECDIR)/crib-sync\"
$(BUILD)/obj/tui/app_sync.o: $(BUILD)/libexecdir
$(BUILD)/libexecdir: FORCE
	$(call stamp,$(LIBEXECDIR))

$(BUILD)/sources: FORCE
	$(call stamp,$(CORE_SRC) $(TUI_SRC) $(SYNC_SRC))

$(BUILD)/obj/%.o: %.c $(BUILD)/flags | $(SQL_INC)
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(ALL_CFLAGS) $(FILE_DEFINES) $(WERROR) -MMD -MP -c -o $@ $<

# A .sql file becomes a C string: `static const char text[] =\n#include "core/record/001.sql.inc"\n;` So does a shell's part, and a style sheet.
$(BUILD)/gen/%.inc: %
	@mkdir -p $(@D)
	@sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$$/\\n"/' $< > $@

$(BUILD)/libcore.a: $(CORE_OBJ) $(BUILD)/sources
	@rm -f $@
	$(call say,AR,$@)$(AR) rcs $@ $(CORE_OBJ)

$(BUILD)/libtui.a: $(TUI_LIB_OBJ) $(BUILD)/sources
	@rm -f $@
	$(call say,AR,$@)$(AR) rcs $@ $(TUI_LIB_OBJ)

$(BUILD)/libsync.a: $(SYNC_LIB_OBJ) $(BUILD)/sources
	@rm -f $@
	$(call say,AR,$@)$(AR) rcs $@ $(SYNC_LIB_OBJ)

$(BUILD)/crib: $(BUILD)/obj/tui/main.o $(LIBS)
	$(call say,LINK,$@)$(CC) $(CRIB_LD) -o $@ $^ $(PROGRAM_CORE_LIBS) $(PROGRAM_TUI_LIBS)

$(BUILD)/crib-sync: $(BUILD)/obj/sync/main.o $(BUILD)/libsync.a $(BUILD)/libcore.a
	$(call say,LINK,$@)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(SYNC_LIBS) $(PROGRAM_CORE_LIBS)

# --- tests -----------------------------------------------------------------------------------------------------------

compile_test = $(call say,TEST,$@)$(CC) $(ALL_CFLAGS) $(WERROR) $(TEST_CFLAGS) $(ALL_LDFLAGS) -MMD -MP -MF $@.d -o $@ $< $(TEST_ARCHIVES) \
               $(SYNC_LIBS) $(CORE_LIBS) $(TUI_LIBS)

$(BUILD)/unit/%: tests/unit/%.c $(TEST_ARCHIVES) $(BUILD)/flags
	@mkdir -p $(@D)
	$(compile_test) $(TEST_LIBS)

# What it does to files passes by a model of the disk (tests/unit/disk_model.h).
$(BUILD)/unit/test_care_power: ALL_LDFLAGS += -Wl,--wrap=rename,--wrap=link,--wrap=unlink,--wrap=fsync

$(BUILD)/bench/%: tests/bench/%.c $(TEST_ARCHIVES) $(BUILD)/flags
	@mkdir -p $(@D)
	$(compile_test)

$(BUILD)/e2e/%: tests/e2e/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,TEST,$@)$(CC) $(ALL_CFLAGS) $(WERROR) $(ALL_LDFLAGS) -MMD -MP -MF $@.d -o $@ $<

$(BUILD)/e2e/vt $(BUILD)/e2e/hostile_visitor: $(BUILD)/e2e/%: tests/e2e/%.c tests/e2e/vt_screen.c tests/e2e/vt_learn.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,TEST,$@)$(CC) $(ALL_CFLAGS) $(WERROR) $(ALL_LDFLAGS) -MMD -MP -MF $@.d -o $@ $(filter %.c,$^) $(TUI_LIBS)

# Does on a device what the program would do, with the program's own code.
$(BUILD)/e2e/faults: tests/e2e/faults.c $(TEST_ARCHIVES) $(BUILD)/flags
	@mkdir -p $(@D)
	$(compile_test)

# Both halves always run; the last line is the sum of both.
test:
	@sh assets/packages.sh test
	@$(MAKE) --no-print-directory all $(UNIT_BIN) $(E2E_BIN)
	@failed=0; \
	sh tests/unit/run.sh $(BUILD) $(UNIT_BIN) || failed=1; \
	sh tests/e2e/run.sh $(BUILD) || failed=1; \
	cat $(BUILD)/results/unit $(BUILD)/results/e2e | \
	    awk '{p += $$1; f += $$3} END {print p + 0 " passed, " f + 0 " failed"; exit f > 0}' && exit $$failed

unit: $(UNIT_BIN)
	@sh tests/unit/run.sh $(BUILD) $(UNIT_BIN)

e2e: all $(E2E_BIN)
	@sh tests/e2e/run.sh $(BUILD) $(ONLY)

# --- check: each rule is a target of its own, in a build directory of its own -----------------------------------------

CHECKS := layers libraries gcc clang tidy sanitize valgrind manual
.PHONY: $(addprefix check-,$(CHECKS))
check:
	@sh assets/packages.sh check
	@failed=; for c in $(CHECKS); do \
	    $(MAKE) --no-print-directory check-$$c && echo "check $$c: passed" || { failed="$$failed $$c"; echo "check $$c: FAILED"; }; \
	done; [ -z "$$failed" ] || { echo "failed:$$failed"; exit 1; }

check-layers:
	@sh tests/check/layers.sh

check-libraries: all
	@sh tests/check/libraries.sh $(BUILD)

check-gcc check-clang: check-%:
	@$(MAKE) --no-print-directory -s $(PARALLEL) BUILD=$(BUILD)/$* CC=$* OPT=-O1 WERROR=-Werror check-compile

# The fuzz targets as objects: they need no fuzzer to be compiled, and none breaks unseen.
check-compile: $(CORE_OBJ) $(TUI_OBJ) $(SYNC_OBJ) $(UNIT_BIN) $(BENCH_BIN) $(E2E_BIN) $(call obj,$(FUZZ_SRC))
.PHONY: check-compile

JOBS := $(shell nproc 2>/dev/null || echo 2)
# Under `make -j` the jobs are shared already.
PARALLEL = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))
TIDY_OK := $(patsubst %.c,$(BUILD)/tidy/%.ok,$(CORE_SRC) $(TUI_SRC) $(SYNC_SRC))
check-tidy:
	@$(MAKE) --no-print-directory -s -k $(PARALLEL) BUILD=$(BUILD)/clang CC=clang OPT=-O1 $(patsubst $(BUILD)/%,$(BUILD)/clang/%,$(TIDY_OK))

# The object stands for the headers: when one of them changes, the file is looked at again.
$(BUILD)/tidy/%.ok: %.c $(BUILD)/obj/%.o .clang-tidy
	@mkdir -p $(@D)
	clang-tidy --quiet --warnings-as-errors='*' $< -- $(ALL_CFLAGS) $(FILE_DEFINES) 2>$@.log >&2 || { grep -v 'warnings\? generated' $@.log; exit 1; }
	@touch $@

check-sanitize:
	@$(MAKE) --no-print-directory -s $(PARALLEL) BUILD=$(BUILD)/asan SANITIZE=1 OPT='-O1 -g' unit
	@LSAN_OPTIONS=suppressions=$(CURDIR)/tests/check/lsan.supp:print_suppressions=0 $(MAKE) --no-print-directory -s $(PARALLEL) \
	    BUILD=$(BUILD)/asan SANITIZE=1 OPT='-O1 -g' E2E_SECONDS=400 e2e

check-valgrind: $(UNIT_BIN)
	@$(MAKE) --no-print-directory -s -k $(PARALLEL) $(patsubst $(BUILD)/unit/%,$(BUILD)/valgrind/%.ok,$(UNIT_BIN))

$(BUILD)/valgrind/%.ok: $(BUILD)/unit/% tests/check/valgrind.sh
	@mkdir -p $(@D)
	@sh tests/check/valgrind.sh $<
	@touch $@

check-manual: man
	@sh tests/check/manual.sh $(BUILD)

# --- fuzz and bench --------------------------------------------------------------------------------------------------

FUZZ_SECONDS ?= 60
fuzz:
	@$(MAKE) --no-print-directory -s $(PARALLEL) BUILD=$(BUILD)/fuzz CC=clang SANITIZE=fuzz OPT='-O1 -g' fuzz-targets
	@sh tests/fuzz/run.sh $(BUILD)/fuzz/fuzz $(FUZZ_SECONDS) $(patsubst $(BUILD)/%,$(BUILD)/fuzz/%,$(FUZZ_BIN))

.PHONY: fuzz-targets
fuzz-targets: $(FUZZ_BIN)

$(BUILD)/fuzz/%: tests/fuzz/%.c $(TEST_ARCHIVES) $(BUILD)/flags
	@mkdir -p $(@D)
	$(compile_test)

bench: all $(BENCH_BIN)
	@BUILD=$(BUILD) sh tests/bench/run.sh

# --- manual, completions, installation -------------------------------------------------------------------------------

MAN_SRC := $(wildcard assets/man/*.[157])
MAN := $(patsubst assets/man/%,$(BUILD)/man/%,$(MAN_SRC))
man: $(MAN)

# The parts on commands and keys come out of the program's own tables.
$(BUILD)/man/%: assets/man/% $(BUILD)/crib
	@mkdir -p $(@D)
	@$(BUILD)/crib help --roff > $@.tables
	@awk '/^@COMMANDS@$$/ || /^@KEYS@$$/ {part = substr($$0, 1, length($$0) - 1); inside = 0; \
	        while ((getline line < "$@.tables") > 0) \
	            if (line ~ /^@/) inside = line == part; else if (inside) print line; \
	        close("$@.tables"); next} {print}' $< > $@
	@rm -f $@.tables

COMPLETIONS := $(BUILD)/completions/crib $(BUILD)/completions/_crib $(BUILD)/completions/crib.fish
completions: $(COMPLETIONS)
$(BUILD)/completions/crib: SHELL_NAME := bash
$(BUILD)/completions/_crib: SHELL_NAME := zsh
$(BUILD)/completions/crib.fish: SHELL_NAME := fish
$(COMPLETIONS): $(BUILD)/crib
	@mkdir -p $(@D)
	@$(BUILD)/crib completion $(SHELL_NAME) > $@

BASH_COMPLETIONS := $(DATADIR)/bash-completion/completions
ZSH_COMPLETIONS := $(DATADIR)/zsh/site-functions
FISH_COMPLETIONS := $(DATADIR)/fish/vendor_completions.d
# The timers that sync, for all users and for one, and the one that copies one's own record; the rest of assets/systemd is to be adapted first.
UNITS := $(if $(filter Linux,$(shell uname -s)),$(addprefix $(PREFIX)/lib/systemd/,system/crib-sync.service \
    system/crib-sync.timer user/crib-sync.service user/crib-sync.timer user/crib-backup.service user/crib-backup.timer))
unit_source = $(if $(filter %.timer,$(1)),assets/systemd/,assets/systemd/$(if $(findstring /user/,$(1)),user/))$(notdir $(1))

# What other programs take: the desktop (links), tmux, vim and neovim (with the tags that `:helptags` would make, where only root
# could).
DESKTOP := $(DATADIR)/applications/crib.desktop
EDITORS := $(wildcard assets/tmux/* assets/vim/*/*)

install: all man completions
	$(INSTALL) -d $(addprefix $(DESTDIR),$(PREFIX)/bin $(LIBEXECDIR) $(MANDIR)/man1 $(MANDIR)/man5 $(MANDIR)/man7 \
	    $(BASH_COMPLETIONS) $(ZSH_COMPLETIONS) $(FISH_COMPLETIONS) $(DATADIR)/crib)
	$(INSTALL) -m 755 $(BUILD)/crib $(DESTDIR)$(PREFIX)/bin/crib
	$(if $(wildcard sync/main.c),$(INSTALL) -m 755 $(BUILD)/crib-sync $(DESTDIR)$(LIBEXECDIR)/crib-sync)
	$(if $(filter %.1,$(MAN)),$(INSTALL) -m 644 $(filter %.1,$(MAN)) $(DESTDIR)$(MANDIR)/man1)
	$(if $(filter %.5,$(MAN)),$(INSTALL) -m 644 $(filter %.5,$(MAN)) $(DESTDIR)$(MANDIR)/man5)
	$(if $(filter %.7,$(MAN)),$(INSTALL) -m 644 $(filter %.7,$(MAN)) $(DESTDIR)$(MANDIR)/man7)
	$(INSTALL) -m 644 $(BUILD)/completions/crib $(DESTDIR)$(BASH_COMPLETIONS)/crib
	$(INSTALL) -m 644 $(BUILD)/completions/_crib $(DESTDIR)$(ZSH_COMPLETIONS)/_crib
	$(INSTALL) -m 644 $(BUILD)/completions/crib.fish $(DESTDIR)$(FISH_COMPLETIONS)/crib.fish
	$(if $(UNITS),$(INSTALL) -d $(sort $(dir $(addprefix $(DESTDIR),$(UNITS)))))
	$(foreach unit,$(UNITS),sed 's,/usr/local/bin,$(PREFIX)/bin,' $(call unit_source,$(unit)) >$(DESTDIR)$(unit) && \
	    chmod 644 $(DESTDIR)$(unit) &&) :
	$(INSTALL) -d $(DESTDIR)$(dir $(DESKTOP))
	$(INSTALL) -m 644 assets/desktop/crib.desktop $(DESTDIR)$(DESKTOP)
	$(INSTALL) -d $(sort $(dir $(patsubst assets/%,$(DESTDIR)$(DATADIR)/crib/%,$(EDITORS))))
	$(foreach file,$(EDITORS),$(INSTALL) -m 644 $(file) $(DESTDIR)$(DATADIR)/crib/$(file:assets/%=%) &&) :
	sed 's,/usr/local/share,$(DATADIR),' assets/tmux/crib.conf >$(DESTDIR)$(DATADIR)/crib/tmux/crib.conf
	awk '{while (match($$0, /\*[^* \t]+\*/)) {tag = substr($$0, RSTART + 1, RLENGTH - 2); \
	        print tag "\tcrib.txt\t/*" tag "*"; $$0 = substr($$0, RSTART + RLENGTH)}}' assets/vim/doc/crib.txt | \
	    LC_ALL=C sort >$(DESTDIR)$(DATADIR)/crib/vim/doc/tags
	chmod 644 $(DESTDIR)$(DATADIR)/crib/vim/doc/tags
	rm -rf $(DESTDIR)$(DATADIR)/crib/sample
	$(if $(wildcard assets/sample),cp -R assets/sample $(DESTDIR)$(DATADIR)/crib/sample && \
	    chmod -R a+rX $(DESTDIR)$(DATADIR)/crib/sample)

uninstall:
	rm -f $(addprefix $(DESTDIR),$(PREFIX)/bin/crib $(LIBEXECDIR)/crib-sync \
	    $(patsubst assets/man/%.1,$(MANDIR)/man1/%.1,$(filter %.1,$(MAN_SRC))) \
	    $(patsubst assets/man/%.5,$(MANDIR)/man5/%.5,$(filter %.5,$(MAN_SRC))) \
    $(patsubst assets/man/%.7,$(MANDIR)/man7/%.7,$(filter %.7,$(MAN_SRC))) \
	    $(BASH_COMPLETIONS)/crib $(ZSH_COMPLETIONS)/_crib $(FISH_COMPLETIONS)/crib.fish $(UNITS) \
	    $(DESKTOP))
	rm -rf $(addprefix $(DESTDIR)$(DATADIR)/crib/,sample tmux vim)
	-rmdir $(DESTDIR)$(LIBEXECDIR) $(DESTDIR)$(DATADIR)/crib 2>/dev/null

clean:
	rm -rf $(BUILD)

-include $(patsubst %.o,%.d,$(CORE_OBJ) $(TUI_OBJ) $(SYNC_OBJ))
-include $(addsuffix .d,$(UNIT_BIN) $(BENCH_BIN) $(FUZZ_BIN) $(E2E_BIN))
