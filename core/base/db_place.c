#include "core/base/db_place.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/vfs.h>
#endif

bool place_on_network(const char *path)
{
#ifdef __linux__
    static const uint32_t types[] = {
        0x6969,     0x517B,     0xFF534D42, 0xFE534D42, 0x01021997, /* NFS, SMB, CIFS, SMB 2, 9P */
        0x5346414F, 0x00C36400, 0x65735546, 0x0BD00BD0, 0x786F4256, /* AFS, Ceph, FUSE, Lustre, VirtualBox */
    };
    struct statfs fs;
    if (statfs(path, &fs) != 0)
        return false;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if ((uint32_t)fs.f_type == types[i])
            return true;
#else
    (void)path;
#endif
    return false;
}

bool place_stands_alone(const char *path)
{
    char other[4096];
    struct stat st;
    int n = snprintf(other, sizeof other, "%s-wal", path);
    if (n < 0 || (size_t)n >= sizeof other || (stat(other, &st) == 0 ? st.st_size > 0 : errno != ENOENT))
        return false;
    char *slash = strrchr(other, '/');
    if (slash == NULL)
        return access(".", W_OK) != 0;
    slash[slash == other] = '\0';
    return access(other, W_OK) != 0;
}

bool place_uri(const char *path, const char *way, struct buf *uri)
{
    buf_adds(uri, "file:");
    for (const char *at = path; *at != '\0'; at++)
        if (strchr("?#%", *at) != NULL)
            buf_addf(uri, "%%%02X", (unsigned)*at);
        else
            buf_addc(uri, *at);
    buf_adds(uri, way);
    return buf_ok(uri);
}
