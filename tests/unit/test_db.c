/* db: migrations, what is refused and left alone, two connections at once, and the errors that people see. */
#include "core/base/db.h"
#include "core/base/buf.h"
#include "core/base/file.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

static char dir[64], path[96];

static void set_up(void)
{
    suite_dir(dir, sizeof dir, "db");
    snprintf(path, sizeof path, "%s/t.db", dir);
}

static void tear_down(void)
{
    static const char *const names[] = {"t.db", "t.db-wal", "t.db-shm", "t.db-journal", "other"};
    chmod(dir, 0700);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char file[128];
        snprintf(file, sizeof file, "%s/%s", dir, names[i]);
        unlink(file);
    }
    ck_assert_msg(rmdir(dir) == 0, "something was left in %s", dir);
}

static const char *const steps[] = {
    "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;",
    "ALTER TABLE t ADD COLUMN size INTEGER NOT NULL DEFAULT 7; CREATE INDEX t_name ON t (name);",
    "CREATE TABLE child (t INTEGER NOT NULL REFERENCES t) STRICT;",
};
static const struct db_schema old_schema = {.name = "test", .migrations = steps, .count = 1},
                              schema = {.name = "test", .migrations = steps, .count = 3};

static struct db *open_ok(unsigned flags, const struct db_schema *which)
{
    struct error err = {0};
    struct db *d = db_open(path, flags, which, &err);
    ck_assert_msg(d != NULL, "%s: %s: %s", err.what, err.where, err.why);
    return d;
}

static void refused(unsigned flags, const struct db_schema *which, int code, const char *why)
{
    struct error err = {0};
    struct db *d = db_open(path, flags, which, &err);
    ck_assert_ptr_null(d);
    ck_assert_msg(err.code == code, "exit status %d: %s: %s", err.code, err.what, err.why);
    ck_assert_msg(strstr(err.why, why) != NULL, "said: %s: %s", err.what, err.why);
    ck_assert_str_eq(err.where, path);
    ck_assert_msg(err.todo[0] != '\0', "no remedy");
}

static int64_t number(struct db *d, const char *sql)
{
    int64_t value;
    struct error err = {0};
    ck_assert_msg(db_number(d, &value, -1, &err, sql, ""), "%s: %s", sql, err.why);
    return value;
}

static void contents(struct buf *out)
{
    buf_clear(out);
    ck_assert(file_read(path, 1 << 24, out, NULL));
}

START_TEST(migrates)
{
    struct db *d = open_ok(DB_CREATE, &old_schema);
    ck_assert_int_eq(number(d, "PRAGMA user_version"), 1);
    ck_assert(db_run(d, NULL, "INSERT INTO t (name) VALUES (?)", "s", "pump"));
    db_close(d);
    d = open_ok(DB_CREATE, &schema);
    ck_assert_int_eq(number(d, "PRAGMA user_version"), 3);
    ck_assert_int_eq(number(d, "SELECT size FROM t WHERE name = 'pump'"), 7);
    db_close(d);
    d = open_ok(0, &schema); /* and again: nothing to do */
    ck_assert_int_eq(number(d, "SELECT count(*) FROM t"), 1);
    db_close(d);
}
END_TEST

START_TEST(settings)
{
    struct db *d = open_ok(DB_CREATE | DB_FULL, &schema);
    ck_assert_int_eq(number(d, "PRAGMA foreign_keys"), 1);
    ck_assert_int_eq(number(d, "PRAGMA synchronous"), 2);
    struct error err = {0};
    ck_assert(!db_run(d, &err, "INSERT INTO child VALUES (99)", ""));
    ck_assert(strstr(err.why, "FOREIGN KEY") != NULL);
    sqlite3_stmt *s = db_statement(d, "PRAGMA journal_mode", NULL);
    ck_assert(db_step(d, s, NULL) == 1);
    ck_assert_str_eq(db_text(s, 0), "wal");
    db_close(d);
    d = open_ok(DB_ROLLBACK, &schema);
    s = db_statement(d, "PRAGMA journal_mode", NULL);
    ck_assert(db_step(d, s, NULL) == 1);
    ck_assert_str_eq(db_text(s, 0), "delete");
    ck_assert_int_eq(number(d, "PRAGMA synchronous"), 1);
    db_close(d);
}
END_TEST

START_TEST(private_file)
{
    mode_t before = umask(0);
    db_close(open_ok(DB_CREATE, &schema));
    umask(before);
    struct stat st;
    ck_assert(stat(path, &st) == 0);
    ck_assert_int_eq(st.st_mode & 0777, 0600);
}
END_TEST

START_TEST(missing_file)
{
    refused(0, &schema, EX_NOINPUT, "No such file");
    ck_assert_int_eq(access(path, F_OK), -1); /* not made */
}
END_TEST

/* A migration that fails half way leaves the version and the tables before it. */
START_TEST(failed_migration)
{
    static const char *const broken[] = {"CREATE TABLE t (a);", "CREATE TABLE u (a); CREATE TABLE nonsense (;"};
    const struct db_schema bad = {.name = "test", .migrations = broken, .count = 2},
                           good = {.name = "test", .migrations = broken, .count = 1};
    struct error err = {0};
    ck_assert_ptr_null(db_open(path, DB_CREATE, &bad, &err));
    ck_assert_str_eq(err.what, "cannot migrate the database");
    struct db *d = open_ok(0, &good);
    ck_assert_int_eq(number(d, "SELECT count(*) FROM sqlite_master WHERE name = 'u'"), 0);
    ck_assert_int_eq(number(d, "PRAGMA user_version"), 1);
    db_close(d);
}
END_TEST

/* Refused, and not one byte of the file is another than before. */
static void untouched(unsigned flags, const struct db_schema *which, const char *why)
{
    struct buf before = {0}, after = {0};
    contents(&before);
    refused(flags, which, EX_DATAERR, why);
    contents(&after);
    ck_assert(before.len == after.len && memcmp(before.data, after.data, before.len) == 0);
    buf_free(&before);
    buf_free(&after);
}

START_TEST(newer_schema)
{
    const unsigned modes[] = {0, DB_CREATE, DB_CREATE | DB_FULL, DB_ROLLBACK, DB_READ};
    for (int rollback = 0; rollback < 2; rollback++) {
        db_close(open_ok(DB_CREATE | (rollback ? DB_ROLLBACK : 0U), &schema));
        for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
            untouched(modes[i], &old_schema, "newer crib (schema 3, this one knows 1)");
        ck_assert(unlink(path) == 0);
    }
}
END_TEST

START_TEST(older_and_read_only)
{
    db_close(open_ok(DB_CREATE, &old_schema));
    untouched(DB_READ, &schema, "older schema");
}
END_TEST

static void write_file(const char *bytes, size_t n)
{
    ck_assert(file_write(path, bytes, n, 0600, NULL));
}

START_TEST(not_a_database)
{
    char text[4096];
    memset(text, 'x', sizeof text);
    memcpy(text, "# My notes\n", 11);
    write_file(text, sizeof text);
    untouched(DB_CREATE, &schema, "not a database");
    untouched(DB_READ, &schema, "not a database");
    write_file("short", 5);
    untouched(DB_CREATE, &schema, "not a database");
}
END_TEST

START_TEST(corrupt)
{
    struct db *d = open_ok(DB_CREATE | DB_ROLLBACK, &schema);
    for (int i = 0; i < 500; i++)
        ck_assert(db_run(d, NULL, "INSERT INTO t (name) VALUES (?)", "s", "a name that takes some room in its page"));
    db_close(d);
    struct buf bytes = {0};
    contents(&bytes);
    /* Behind the file header: the schema's own page. */
    memset(bytes.data + 100, 0xFF, bytes.len - 100);
    write_file(bytes.data, bytes.len);
    buf_free(&bytes);
    untouched(DB_CREATE, &schema, "malformed");
    struct error err = {0};
    ck_assert_ptr_null(db_open(path, DB_READ, &schema, &err));
    ck_assert_ptr_nonnull(strstr(err.todo, "restore a backup"));
    const struct db_schema cache = {.name = "test", .migrations = steps, .count = 3, .damaged = "make it anew"};
    ck_assert_ptr_null(db_open(path, DB_READ, &cache, &err));
    ck_assert_str_eq(err.todo, "make it anew");
}
END_TEST

/* A damaged table is found when it is read, and said so; never "repaired". */
START_TEST(corrupt_table)
{
    struct db *d = open_ok(DB_CREATE | DB_ROLLBACK, &schema);
    for (int i = 0; i < 500; i++)
        ck_assert(db_run(d, NULL, "INSERT INTO t (name) VALUES (?)", "s", "a name that takes some room in its page"));
    db_close(d);
    struct buf bytes = {0};
    contents(&bytes);
    ck_assert_uint_gt(bytes.len, 5 * 4096);
    for (size_t page = 1; page < bytes.len / 4096; page++)
        memset(bytes.data + page * 4096, 0xFF, 200);
    write_file(bytes.data, bytes.len);
    buf_free(&bytes);
    d = open_ok(DB_ROLLBACK, &schema);
    struct error err = {0};
    int64_t value;
    ck_assert(!db_number(d, &value, 0, &err, "SELECT sum(length(name)) FROM t", ""));
    ck_assert_int_eq(err.code, EX_DATAERR);
    ck_assert(strstr(err.todo, "keep the file as it is") != NULL);
    db_close(d);
}
END_TEST

START_TEST(reads_only)
{
    db_close(open_ok(DB_CREATE | DB_ROLLBACK, &schema));
    struct db *d = open_ok(DB_READ | DB_ROLLBACK, &schema);
    struct error err = {0};
    ck_assert(!db_run(d, &err, "INSERT INTO t (name) VALUES ('x')", ""));
    ck_assert_int_eq(err.code, EX_NOPERM);
    ck_assert(err.todo[0] != '\0');
    db_close(d);
}
END_TEST

/* A disk that was mounted read-only after an error, a home that somebody else owns: what is there can be read. */
START_TEST(reads_where_nothing_can_be_written)
{
    struct db *d = open_ok(DB_CREATE, &schema);
    ck_assert(db_run(d, NULL, "INSERT INTO t (name) VALUES ('one')", ""));
    db_close(d);
    ck_assert(chmod(path, 0444) == 0 && chmod(dir, 0555) == 0);
    pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && setuid(65534) != 0)
            _exit(2);
        struct error err = {0};
        int64_t count = 0;
        d = db_open(path, DB_READ, &schema, &err);
        if (d == NULL || !db_number(d, &count, 0, &err, "SELECT count(*) FROM t", "") || count != 1)
            _exit(3);
        if (db_run(d, &err, "INSERT INTO t (name) VALUES ('two')", "") || err.code != EX_NOPERM)
            _exit(4);
        db_close(d);
        _exit(0);
    }
    int status;
    ck_assert(waitpid(child, &status, 0) == child);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the reader ended with %d", WEXITSTATUS(status));
}
END_TEST

/* Reads on a disk that is full, says so by a byte, and once it is answered reads again: there is room then, and somebody wrote. */
static int read_twice(int said, int answered)
{
    const struct rlimit full = {0, 0};
    char byte = 'x';
    signal(SIGXFSZ, SIG_IGN);
    struct db *d = setrlimit(RLIMIT_FSIZE, &full) == 0 ? db_open(path, DB_READ, &schema, NULL) : NULL;
    int64_t count;
    if (d == NULL || !db_number(d, &count, -1, NULL, "SELECT count(*) FROM t", "") || count != 0)
        return 3;
    if (write(said, &byte, 1) != 1 || read(answered, &byte, 1) != 1)
        return 4;
    if (!db_number(d, &count, -1, NULL, "SELECT count(*) FROM t ", "") || count != 1)
        return 5;
    db_close(d);
    return 0;
}

/* On a full disk, too: how to free it may be what is read. */
START_TEST(reads_where_no_file_can_grow)
{
    int said[2], answered[2], status;
    char byte = 'x';
    db_close(open_ok(DB_CREATE, &schema));
    ck_assert(pipe(said) == 0 && pipe(answered) == 0);
    pid_t child = fork();
    if (child == 0) {
        close(said[0]);
        close(answered[1]);
        _exit(read_twice(said[1], answered[0]));
    }
    close(said[1]);
    close(answered[0]);
    if (read(said[0], &byte, 1) == 1) {
        struct db *other = open_ok(0, &schema);
        ck_assert(db_run(other, NULL, "INSERT INTO t (name) VALUES ('one')", ""));
        ck_assert(write(answered[1], &byte, 1) == 1);
        ck_assert(waitpid(child, &status, 0) == child);
        db_close(other);
    } else
        ck_assert(waitpid(child, &status, 0) == child);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the reader ended with %d", WEXITSTATUS(status));
    close(said[0]);
    close(answered[1]);
}
END_TEST

START_TEST(busy)
{
    struct db *one = open_ok(DB_CREATE, &schema), *two = open_ok(0, &schema);
    sqlite3_busy_timeout(db_handle(two), 50);
    ck_assert(db_begin(one, NULL));
    struct error err = {0};
    ck_assert(!db_begin(two, &err));
    ck_assert_int_eq(err.code, EX_TEMPFAIL);
    ck_assert(strstr(err.todo, "try again") != NULL);
    ck_assert(db_run(one, NULL, "INSERT INTO t (name) VALUES ('x')", "") && db_commit(one, NULL));
    ck_assert(db_begin(two, NULL));
    db_rollback(two);
    db_close(one);
    db_close(two);
}
END_TEST

/* Four processes open and migrate the same new file at once: all of them get it. */
START_TEST(migrating_at_once)
{
    pid_t children[4];
    for (int i = 0; i < 4; i++) {
        children[i] = fork();
        ck_assert_int_ge(children[i], 0);
        if (children[i] == 0) {
            struct error err = {0};
            struct db *d = db_open(path, DB_CREATE, &schema, &err);
            bool ok = d != NULL && db_run(d, &err, "INSERT INTO t (name) VALUES ('x')", "");
            if (!ok)
                error_print(&err, "process", stderr);
            db_close(d);
            _exit(ok ? 0 : 1);
        }
    }
    for (int i = 0; i < 4; i++) {
        int status;
        while (waitpid(children[i], &status, 0) < 0)
            ck_assert_int_eq(errno, EINTR);
        ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "process %d failed", i);
    }
    struct db *d = open_ok(0, &schema);
    ck_assert_int_eq(number(d, "SELECT count(*) FROM t"), 4);
    db_close(d);
}
END_TEST

/* A record with millions of events is longer at it than a statement waits for its turn. */
START_TEST(a_long_migration_is_waited_for)
{
    db_close(open_ok(DB_CREATE, &old_schema));
    int ready[2];
    char byte;
    ck_assert_int_eq(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        sqlite3 *other;
        if (sqlite3_open(path, &other) == SQLITE_OK && sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK &&
            write(ready[1], "", 1) == 1)
            sleep(7);
        _exit(0);
    }
    close(ready[1]);
    ck_assert_int_eq(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    struct db *d = open_ok(DB_CREATE, &schema);
    ck_assert_int_eq(number(d, "PRAGMA user_version"), 3);
    db_close(d);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
}
END_TEST

START_TEST(sees_others_commits)
{
    struct db *one = open_ok(DB_CREATE, &schema), *two = open_ok(0, &schema);
    int64_t before = db_version(one);
    ck_assert_int_gt(before, 0);
    ck_assert(db_run(one, NULL, "INSERT INTO t (name) VALUES ('own')", ""));
    ck_assert_int_eq(db_version(one), before); /* its own commits do not count */
    ck_assert(db_run(two, NULL, "INSERT INTO t (name) VALUES ('other')", ""));
    ck_assert_int_ne(db_version(one), before);
    db_close(one);
    db_close(two);
}
END_TEST

START_TEST(transactions)
{
    struct db *d = open_ok(DB_CREATE, &schema);
    ck_assert(db_begin(d, NULL));
    ck_assert(!db_begin(d, NULL));
    ck_assert(db_run(d, NULL, "INSERT INTO t (name) VALUES ('x')", ""));
    db_rollback(d);
    db_rollback(d);
    ck_assert_int_eq(number(d, "SELECT count(*) FROM t"), 0);
    ck_assert(!db_commit(d, NULL));
    db_close(d);
    db_close(NULL);
}
END_TEST

START_TEST(binding)
{
    struct db *d = open_ok(DB_CREATE, &schema);
    sqlite3_stmt *s = db_statement(d, "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7", NULL);
    ck_assert(db_bind(s, "idstbns", INT64_MIN, 0.5, "text", STR("run"), "\0\xFF", (size_t)2, (const char *)NULL));
    ck_assert_int_eq(db_step(d, s, NULL), 1);
    ck_assert_int_eq(sqlite3_column_int64(s, 0), INT64_MIN);
    ck_assert(sqlite3_column_double(s, 1) > 0.49 && sqlite3_column_double(s, 1) < 0.51);
    ck_assert_str_eq(db_text(s, 2), "text");
    ck_assert_str_eq(db_text(s, 3), "run");
    ck_assert_int_eq(sqlite3_column_bytes(s, 4), 2);
    ck_assert_int_eq(sqlite3_column_type(s, 5), SQLITE_NULL);
    ck_assert_str_eq(db_text(s, 6), "");
    ck_assert_int_eq(db_step(d, s, NULL), 0);
    s = db_statement(d, "SELECT ?, ?", NULL);
    ck_assert(!db_bind(s, "i", (int64_t)1));
    s = db_statement(d, "SELECT 1 WHERE ?", NULL);
    ck_assert(!db_bind(s, "ii", (int64_t)1, (int64_t)2));
    struct error err = {0};
    ck_assert_ptr_null(db_statement(d, "SELECT nonsense FROM nowhere", &err));
    ck_assert(strstr(err.why, "nowhere") != NULL);
    int64_t value;
    ck_assert(db_number(d, &value, 42, NULL, "SELECT id FROM t", "") && value == 42);
    ck_assert(db_number(d, &value, 42, NULL, "SELECT max(id) FROM t", "") && value == 42);
    db_close(d);
}
END_TEST

/* More distinct texts than there are places for prepared statements. */
/* As long as many pages of the file, and a row's moment for both ways of reading it. */
START_TEST(whole_values)
{
    struct error err = {0};
    struct db *d = open_ok(DB_CREATE, &schema), *writer = open_ok(DB_CREATE, &schema);
    struct arena *a = arena_open();
    struct buf text = {0};
    for (int i = 0; i < 30000; i++)
        buf_addf(&text, "%d ", i);
    ck_assert(db_run(d, &err, "INSERT INTO t (id, name) VALUES (7, ?), (8, '')", "s", buf_text(&text)));
    size_t n = 1;
    const char *value = db_value(d, "t", "name", 7, a, &n, &err);
    ck_assert_ptr_nonnull(value);
    ck_assert_uint_eq(n, text.len);
    ck_assert_str_eq(value, buf_text(&text));
    ck_assert_str_eq(db_value(d, "t", "name", 8, a, &n, &err), "");
    ck_assert_uint_eq(n, 0);
    ck_assert_ptr_null(db_value(d, "t", "name", 9, a, &n, &err));
    ck_assert_int_eq(err.code, EX_SOFTWARE);
    sqlite3_stmt *row = db_statement(d, "SELECT size FROM t WHERE id = 7", &err);
    ck_assert_int_eq(db_step(d, row, &err), 1);
    ck_assert(db_run(writer, &err, "UPDATE t SET name = 'another' WHERE id = 7", ""));
    ck_assert_uint_eq((db_value(d, "t", "name", 7, a, &n, &err), n), text.len);
    sqlite3_reset(row);
    ck_assert_str_eq(db_value(d, "t", "name", 7, a, &n, &err), "another");
    buf_free(&text);
    arena_close(a);
    db_close(writer);
    db_close(d);
}
END_TEST

START_TEST(many_statements)
{
    struct db *d = open_ok(DB_CREATE, &schema);
    static char texts[300][32];
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 300; i++) {
            snprintf(texts[i], sizeof texts[i], "SELECT %d", i);
            ck_assert_int_eq(number(d, texts[i]), i);
        }
    db_close(d);
}
END_TEST

/* While the rows of one are read, any number of others are asked. */
START_TEST(a_statement_in_use_stays)
{
    struct db *d = open_ok(DB_CREATE, &schema);
    static char texts[1000][24]; /* they fall on every place */
    sqlite3_stmt *rows = db_statement(d, "WITH RECURSIVE c(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM c WHERE x < 999) SELECT x FROM c", NULL);
    for (int i = 0; i < 1000; i++) {
        ck_assert_int_eq(db_step(d, rows, NULL), 1);
        ck_assert_int_eq(sqlite3_column_int(rows, 0), i);
        snprintf(texts[i], sizeof texts[i], "SELECT %d", i);
        ck_assert_int_eq(number(d, texts[i]), i);
    }
    ck_assert_int_eq(db_step(d, rows, NULL), 0);
    db_close(d);
}
END_TEST

START_TEST(hostile_sql_is_data)
{
    struct db *d = open_ok(DB_CREATE, &schema);
    const char *name = "'); DROP TABLE t; --";
    ck_assert(db_run(d, NULL, "INSERT INTO t (name) VALUES (?)", "s", name));
    sqlite3_stmt *s = db_statement(d, "SELECT name FROM t", NULL);
    ck_assert_int_eq(db_step(d, s, NULL), 1);
    ck_assert_str_eq(db_text(s, 0), name);
    db_close(d);
}
END_TEST

/* Rows come and go in no order, so that pages split and join; then those that are marked are deleted. How often the mark is left
 * in the file. */
static size_t marks_left(unsigned flags)
{
    static const char *const one[] = {"CREATE TABLE w (k INTEGER NOT NULL, v TEXT NOT NULL, PRIMARY KEY (k)) STRICT, WITHOUT ROWID;"};
    static const struct db_schema wide = {.name = "test", .migrations = one, .count = 1};
    struct db *d = open_ok(DB_CREATE | flags, &wide);
    struct error err = {0};
    struct buf bytes = {0};
    size_t left = 0;
    char text[200];
    srand(11);
    ck_assert_int_eq(sqlite3_exec(db_handle(d), "PRAGMA secure_delete=ON; PRAGMA synchronous=OFF", NULL, NULL, NULL), SQLITE_OK);
    for (int i = 0; i < 60; i++) {
        ck_assert(db_begin(d, &err));
        for (int n = 0; n < 100; n++) {
            int64_t key = rand();
            snprintf(text, sizeof text, "%s%*d", key % 3 == 0 ? "MARKED" : "other", rand() % 150, n);
            ck_assert(db_run(d, &err, "INSERT OR REPLACE INTO w (k, v) VALUES (?, ?)", "is", key, text));
        }
        ck_assert(db_commit(d, &err));
        sqlite3_wal_checkpoint_v2(db_handle(d), NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    }
    ck_assert(db_run(d, &err, "DELETE FROM w WHERE v LIKE 'MARKED%'", ""));
    ck_assert_int_eq(sqlite3_wal_checkpoint_v2(db_handle(d), NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL), SQLITE_OK);
    ck_assert_int_gt(number(d, "SELECT count(*) FROM w"), 3000);
    ck_assert_int_eq(number(d, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"), 0);
    db_close(d);
    ck_assert(file_read(path, 1 << 24, &bytes, &err));
    for (size_t i = 0; i + 6 <= bytes.len; i++)
        left += memcmp(bytes.data + i, "MARKED", 6) == 0;
    buf_free(&bytes);
    unlink(path);
    return left;
}

START_TEST(deleted_is_zeroed)
{
    ck_assert_uint_gt(marks_left(0), 0); /* what SQLite itself leaves: else this proves nothing */
    ck_assert_uint_eq(marks_left(DB_ZERO), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("db");
    TCase *c = tcase_create("db");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_test(c, migrates);
    tcase_add_test(c, settings);
    tcase_add_test(c, private_file);
    tcase_add_test(c, missing_file);
    tcase_add_test(c, failed_migration);
    tcase_add_test(c, newer_schema);
    tcase_add_test(c, older_and_read_only);
    tcase_add_test(c, not_a_database);
    tcase_add_test(c, corrupt);
    tcase_add_test(c, corrupt_table);
    tcase_add_test(c, reads_only);
    tcase_add_test(c, reads_where_nothing_can_be_written);
    tcase_add_test(c, reads_where_no_file_can_grow);
    tcase_add_test(c, busy);
    tcase_add_test(c, migrating_at_once);
    tcase_add_test(c, a_long_migration_is_waited_for);
    tcase_add_test(c, sees_others_commits);
    tcase_add_test(c, transactions);
    tcase_add_test(c, binding);
    tcase_add_test(c, whole_values);
    tcase_add_test(c, many_statements);
    tcase_add_test(c, a_statement_in_use_stays);
    tcase_add_test(c, hostile_sql_is_data);
    tcase_add_test(c, deleted_is_zeroed);
    suite_add_tcase(s, c);
    return suite_run(s);
}
