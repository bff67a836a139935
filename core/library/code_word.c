#include "core/library/code_word.h"

#include "core/library/stream_bytes.h"

#include <stdlib.h>
#include <string.h>

enum { LETTERS_LEAST = 3, USUAL_MOST = 16 };

/* In order. What a line of a log says of its own kind, and how machines are when all is well. */
static const char *const usual[] = {
    "active",  "alarm",   "alarms",  "alert",   "auto",    "busy",   "closed",  "crit",    "critical", "debug",  "done",
    "down",    "emerg",   "enabled", "err",     "error",   "errors", "event",   "exit",    "fail",     "failed", "failure",
    "false",   "fatal",   "fault",   "faults",  "high",    "idle",   "info",    "log",     "low",      "manual", "message",
    "none",    "notice",  "null",    "off",     "open",    "ready",  "reset",   "restart", "running",  "severe", "start",
    "started", "state",   "status",  "stop",    "stopped", "test",   "trace",   "trip",    "tripped",  "true",   "unknown",
    "warn",    "warning", "warnings",
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int by_text(const void *left, const void *right)
{
    return strcmp(left, *(const char *const *)right);
}

static bool is_usual(const char *pattern)
{
    char word[USUAL_MOST];
    size_t n = 0;
    for (; *pattern != '\0'; pattern++) {
        if (!is_letter(*pattern))
            continue;
        if (n + 1 == sizeof word)
            return false;
        word[n++] = (char)stream_fold((unsigned char)*pattern);
    }
    word[n] = '\0';
    return bsearch(word, usual, sizeof usual / sizeof *usual, sizeof *usual, by_text) != NULL;
}

const char *code_word_ignored(const char *pattern)
{
    size_t n = strlen(pattern), letters = 0, digits = 0, joiners = 0;
    for (const char *p = pattern; *p != '\0'; p++) {
        letters += is_letter(*p);
        digits += is_digit(*p);
        joiners += *p == '-' || *p == '_' || *p == '.' || *p == '+';
    }
    if (digits > 0)
        return letters > 0 ? NULL : "a number stands in too many lines";
    if (letters + joiners < n)
        return "a code of letters alone is one word";
    if (letters < LETTERS_LEAST || !is_letter(pattern[0]) || !is_letter(pattern[n - 1]))
        return "it is too short to be told from other words";
    return is_usual(pattern) ? "lines of all kinds say that" : NULL;
}

bool code_word_counts(const char *pattern)
{
    return strpbrk(pattern, "0123456789") == NULL && code_word_ignored(pattern) == NULL;
}

bool code_word_caseless(const char *pattern)
{
    while (*pattern != '\0' && !(*pattern >= 'A' && *pattern <= 'Z'))
        pattern++;
    return *pattern == '\0';
}

bool code_word_fits(const char *pattern, const char *word, size_t n)
{
    size_t length = strlen(pattern);
    bool caseless = code_word_caseless(pattern);
    for (size_t at = 0; at + length <= n; at++) {
        size_t i = 0;
        while (i < length && (word[at + i] == pattern[i] || (caseless && (char)stream_fold((unsigned char)word[at + i]) == pattern[i])))
            i++;
        if (i == length)
            return true;
    }
    return false;
}
