/* A record, its copies and what is done to them, for the tests of care: on top of record_fixture.h. */
#ifndef CRIB_TESTS_CARE_FIXTURE_H
#define CRIB_TESTS_CARE_FIXTURE_H

#include "record_fixture.h"

#include "core/record/chain.h"
#include "core/record/heal.h"
#include "core/record/verify.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

static char care_copies[260], care_copy[300];
static struct arena *care_arena;
static struct keep care_keep;

static inline void care_make(void)
{
    fixture_make();
    snprintf(care_copies, sizeof care_copies, "%s/backups", fixture_dir);
    snprintf(care_copy, sizeof care_copy, "%s/a copy.db", fixture_dir);
    care_arena = arena_open();
    care_keep = (struct keep){.dir = care_copies, .account = "alex", .days = 7, .weeks = 4};
}

static inline void care_remove_all(const char *dir)
{
    DIR *d = opendir(dir);
    const struct dirent *entry;
    while (d != NULL && (entry = readdir(d)) != NULL) {
        char path[1200];
        struct stat st;
        if (entry->d_name[0] == '.')
            continue;
        ck_assert_int_lt(snprintf(path, sizeof path, "%s/%s", dir, entry->d_name), (int)sizeof path);
        if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
            care_remove_all(path);
        else
            unlink(path);
    }
    if (d != NULL)
        closedir(d);
    rmdir(dir);
}

static inline void care_remove(void)
{
    arena_close(care_arena);
    care_remove_all(fixture_dir);
}

/* Notes from first to last, by one learner. */
static inline void care_write(struct record *r, int first, int last)
{
    struct error err = {0};
    int64_t me;
    OK(record_learner(r, "alex", &me, &err));
    for (int i = first; i <= last; i++) {
        char text[40];
        snprintf(text, sizeof text, "note %d", i);
        OK(record_note(r, me, &pump, NULL, NULL, NOTE_WRONG, text, &err));
    }
}

static inline void care_filled(int notes)
{
    struct error err = {0};
    struct record *r = record_open(fixture_path, &err);
    ck_assert_msg(r != NULL, "%s: %s", err.what, err.why);
    care_write(r, 1, notes);
    record_close(r);
}

/* How many of the notes 1..most are in it; it verifies. */
static inline int care_notes(struct record *r, int most)
{
    struct error err = {0};
    int found = 0;
    OK(record_verify(r, NULL, NULL, &err));
    for (int i = 1; i <= most; i++) {
        char text[40];
        int64_t there;
        snprintf(text, sizeof text, "note %d", i);
        OK(db_number(r->db, &there, 0, &err, "SELECT count(*) FROM note WHERE text = ?", "s", text));
        ck_assert_int_le(there, 1);
        found += there > 0;
    }
    return found;
}

static inline int care_notes_at(const char *path, int most)
{
    struct error err = {0};
    struct record *r = record_open_read(path, &err);
    ck_assert_msg(r != NULL, "%s: %s: %s", err.what, err.where, err.why);
    int found = care_notes(r, most);
    record_close(r);
    return found;
}

/* The name of the file beside the record that begins so; "" where there is none. */
static inline const char *care_beside(const char *begin)
{
    static char found[600];
    DIR *d = opendir(fixture_dir);
    const struct dirent *entry;
    found[0] = '\0';
    while (d != NULL && (entry = readdir(d)) != NULL)
        if (strncmp(entry->d_name, begin, strlen(begin)) == 0 && (found[0] == '\0' || strlen(entry->d_name) < strlen(strrchr(found, '/') + 1)))
            snprintf(found, sizeof found, "%s/%.255s", fixture_dir, entry->d_name);
    if (d != NULL)
        closedir(d);
    return found;
}

/* Overwrites n bytes at that place with what fits nothing. */
static inline void care_damage(const char *path, long at, size_t n)
{
    int fd = open(path, O_WRONLY);
    ck_assert_int_ge(fd, 0);
    for (size_t i = 0; i < n; i++) {
        unsigned char byte = (unsigned char)(0xA5 ^ (i * 37));
        ck_assert_int_eq(pwrite(fd, &byte, 1, at + (long)i), 1);
    }
    close(fd);
}

#endif
