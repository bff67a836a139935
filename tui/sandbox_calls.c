/* System calls that the kiosk can do without are refused by seccomp: all but the listed ones fail with EPERM and are in the
 * kernel's log. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* CLONE_THREAD */
#endif
#include "tui/sandbox_files.h"

#include <stdio.h>
#include <string.h>

#if defined(CRIB_SECCOMP)
#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>

/* By name: what an architecture hasn't, libseccomp leaves out. Nothing here makes a process, a socket or a new program. */
static const char *const allowed[] = {
    /* files, which Landlock bounds */
    "open", "openat", "close", "read", "write", "readv", "writev", "pread64", "pwrite64", "lseek", "_llseek", "access",
    "faccessat", "faccessat2", "stat", "lstat", "fstat", "stat64", "lstat64", "fstat64", "newfstatat", "fstatat64", "statx",
    "readlink", "readlinkat", "getdents64", "getcwd", "rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir",
    "mkdirat", "rmdir", "chmod", "fchmod", "fchmodat", "fchown", "fchown32", "ftruncate", "ftruncate64", "fallocate",
    "fsync", "fdatasync", "fcntl", "fcntl64", "flock", "dup", "dup2", "dup3", "umask", "statfs", "fstatfs", "fstatfs64",
    "fadvise64", "readahead", "utimensat", "utime",
    /* memory */
    "brk", "mmap", "mmap2", "munmap", "mremap", "mprotect", "madvise",
    /* waiting, time, signals to oneself */
    "poll", "ppoll", "ppoll_time64", "select", "_newselect", "pselect6", "pselect6_time64", "nanosleep", "clock_nanosleep",
    "clock_nanosleep_time64", "clock_gettime", "clock_gettime64", "clock_getres", "gettimeofday", "time", "rt_sigaction",
    "rt_sigprocmask", "rt_sigreturn", "sigreturn", "rt_sigpending", "rt_sigtimedwait", "sigaltstack", "tgkill",
    "restart_syscall", "pipe", "pipe2",
    /* threads of its own (clone has a rule of its own) */
    "futex", "futex_time64", "set_robust_list", "set_tid_address", "rseq", "gettid", "exit", "exit_group", "sched_yield",
    "sched_getaffinity", "membarrier",
    /* who and where one is */
    "getpid", "getppid", "getuid", "geteuid", "getgid", "getegid", "getuid32", "geteuid32", "getgid32", "getegid32",
    "getpgrp", "getpgid", "getsid", "getrandom", "getrlimit", "ugetrlimit", "prlimit64", "uname", "sysinfo", "getrusage",
};

/* What a terminal needs, and not what types into it for somebody else (TIOCSTI, TIOCLINUX). */
static const unsigned long requests[] = {TCGETS, TCSETS, TCSETSW, TCSETSF, TIOCGWINSZ, TIOCGPGRP, FIONREAD, TCFLSH, TCSBRK, TCXONC};

static bool add_all(scmp_filter_ctx filter)
{
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
        int number = seccomp_syscall_resolve_name(allowed[i]);
        if (number != __NR_SCMP_ERROR && seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0) != 0)
            return false;
    }
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
        if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, SCMP_A1(SCMP_CMP_EQ, requests[i], 0)) != 0)
            return false;
    /* A thread reads on in a long page. clone3 hides its flags from a filter: without it the C library takes clone. */
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                            SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
}

bool sandbox_calls(char *why, size_t size)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (filter == NULL) {
        snprintf(why, size, "system calls (memory is out)");
        return false;
    }
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* no other process of this account looks into it */
    (void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_LOG, 1); /* an old kernel has none: the denial stands all the same */
    int failed = add_all(filter) ? seccomp_load(filter) : -EINVAL;
    seccomp_release(filter);
    if (failed != 0)
        snprintf(why, size, "system calls (seccomp: %s)", strerror(-failed));
    return failed == 0;
}
#else
bool sandbox_calls(char *why, size_t size)
{
    snprintf(why, size, "system calls (this crib is built without libseccomp)");
    return false;
}
#endif
